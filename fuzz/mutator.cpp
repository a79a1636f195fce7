// SPDX-License-Identifier: MIT
//
// A mutator for libFuzzer that knows the parts of a status line. Half of the time it calls
// libFuzzer's own, which has the dictionary. Otherwise it makes changes that flipped bits rarely
// find: a part is doubled, moved, or replaced by another of its kind. It depends on the standard
// library alone, and serves any target whose input holds status lines.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// Other engines that call LLVMFuzzerTestOneInput do not all have it.
extern "C" [[gnu::weak]] std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                                      std::size_t max_size);

namespace {

using namespace std::string_view_literals;
using random_source = std::minstd_rand;
using parts = std::vector<std::string>;

/// The candidates for each place of a line, from the left: the regular one first, then what servers
/// send, then bytes that no parser should accept.
const std::vector<std::vector<std::string_view>> places = {
    {"", "\r\n", "\n", "\r", " "},
    {"HTTP/1.1", "HTTP/1.0", "HTTP/2", "HTTP", "ICY", "http/1.1", "HTTP/0.9", "HTTP/2.0", "HTTP/1.",
     "HTTP/11.1", "hTtP", "IC", "RTSP/1.0", "HTTP/"},
    {" ", "  ", "\t", "\v", " \f ", ""},
    {"200", "100", "101", "404", "000", "999", "20", "2000", "+20", "2 0"},
    {" ", "", "\t", "\f", "-", ".3 ", "  "},
    {"OK", "", "Not Found", "OK ", "\0"sv, "\x7f", "\x1b[31m", "\xe9\xff", "a\rb", "\r\nX: y"},
    {"\r\n", "\n", "\r\r\n", "\r", "\r\n\r\n", "\n\r", "\r\nHTTP/1.1 200 OK\r\n", ""},
};

std::size_t below(random_source& random, std::size_t limit) { return random() % limit; }

template <class List> auto& any_of(List& list, random_source& random) {
  return list[below(random, list.size())];
}

std::string word(random_source& random) {
  return std::string{any_of(any_of(places, random), random)};
}

/// A whole line, in which most parts are regular.
parts fresh_line(random_source& random) {
  parts line;
  for (const auto& place : places)
    line.emplace_back(below(random, 3) != 0 ? place.front() : any_of(place, random));
  return line;
}

/// Stretches of digits and of letters are a part each, CRLF too, and any other byte.
parts split(std::string_view bytes) {
  const auto kind = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isdigit(byte) != 0 ? 1 : std::isalpha(byte) != 0 || byte >= 0x80 ? 2 : 0;
  };
  parts list;
  while (!bytes.empty()) {
    const int first = kind(bytes.front());
    std::size_t size = bytes.starts_with("\r\n") ? 2 : 1;
    while (first != 0 && size < bytes.size() && kind(bytes[size]) == first)
      ++size;
    list.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return list;
}

std::size_t join(const parts& list, std::uint8_t* to, std::size_t max_size) {
  std::size_t size = 0;
  for (const std::string& part : list) {
    const std::size_t fits = std::min(part.size(), max_size - size);
    std::copy_n(part.begin(), fits, to + size);
    size += fits;
  }
  return size;
}

auto position(const parts& list, random_source& random) {
  return list.begin() + static_cast<std::ptrdiff_t>(below(random, list.size()));
}

/// Each changes a list that is not empty.
using change = void (*)(parts& list, random_source& random);
constexpr change changes[] = {
    [](parts& list, random_source& random) { any_of(list, random) = word(random); },
    [](parts& list, random_source& random) { list.insert(position(list, random), word(random)); },
    [](parts& list, random_source& random) { list.erase(position(list, random)); },
    [](parts& list, random_source& random) {
      const auto begin = position(list, random);
      const auto most = std::min<std::size_t>(4, static_cast<std::size_t>(list.end() - begin));
      const parts some(begin, begin + static_cast<std::ptrdiff_t>(1 + below(random, most)));
      auto at = position(list, random);
      for (std::size_t times = std::size_t{1} << below(random, 6); times != 0; --times)
        at = list.insert(at, some.begin(), some.end());
    },
    [](parts& list, random_source& random) { any_of(list, random).swap(any_of(list, random)); },
    [](parts& list, random_source& random) {
      std::string& part = any_of(list, random);
      char& byte = part[below(random, part.size())];
      if (std::isdigit(static_cast<unsigned char>(byte)) != 0)
        byte = static_cast<char>('0' + below(random, 10));
      else
        byte = static_cast<char>(byte ^ ' '); // the other case of a letter
    },
    [](parts& list, random_source& random) { list.erase(position(list, random), list.end()); },
    [](parts& list, random_source& random) {
      const parts line = fresh_line(random);
      list.insert(below(random, 2) != 0 ? list.begin() : list.end(), line.begin(), line.end());
    },
};

parts split(const std::uint8_t* data, std::size_t size) {
  return split({reinterpret_cast<const char*>(data), size});
}

} // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  random_source random{seed};
  if (below(random, 2) != 0 && LLVMFuzzerMutate != nullptr)
    return LLVMFuzzerMutate(data, size, max_size);

  parts list = split(data, size);
  do {
    std::erase(list, "");
    if (list.empty())
      list = fresh_line(random);
    else
      changes[below(random, std::size(changes))](list, random);
  } while (below(random, 3) == 0);
  return join(list, data, max_size);
}

/// The left parts of one input, the right parts of another.
extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* left, std::size_t left_size,
                                                 const std::uint8_t* right, std::size_t right_size,
                                                 std::uint8_t* out, std::size_t max_size,
                                                 unsigned seed) {
  random_source random{seed};
  parts list = split(left, left_size);
  const parts tail = split(right, right_size);
  list.resize(below(random, list.size() + 1));
  list.insert(list.end(),
              tail.begin() + static_cast<std::ptrdiff_t>(below(random, tail.size() + 1)),
              tail.end());
  return join(list, out, max_size);
}
