// SPDX-License-Identifier: MIT
//
// A fuzz target for a parser behind sl_subject_parse(): stops at an input about which it and
// statusline differ. Divergences in the list of STATUSLINE_ACCEPT do not stop it.
//
//     clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address \
//       .../share/statusline/conform/differential_fuzzer.cpp adapter.o mine.o -o fuzz
//     STATUSLINE_ACCEPT=known.tsv ./fuzz
//
// The variables STATUSLINE_ACCEPT (a file) and STATUSLINE_POLICY (strict, interop or permissive)
// are read at the start. Macros of the same names are their defaults.
#include "accept.hpp"
#include "subject.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#ifdef __GNUC__
extern "C" __attribute__((weak)) void
sl_subject_parse_pieces(const char* const*, const std::size_t*, std::size_t, sl_subject_answer*);
#endif

namespace {

using namespace statusline;
using namespace statusline::conform;

#ifndef STATUSLINE_ACCEPT
#define STATUSLINE_ACCEPT ""
#endif
#ifndef STATUSLINE_POLICY
#define STATUSLINE_POLICY "strict"
#endif

[[noreturn]] void stop(const std::string& message) {
  std::fprintf(stderr, "differential_fuzzer: %s\n", message.c_str());
  std::abort();
}

std::string setting(const char* name, const char* otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

struct settings {
  quirk_set allowed;
  std::vector<accepted_row> rows;

  settings() {
    const std::string name = setting("STATUSLINE_POLICY", STATUSLINE_POLICY);
    if (name == "interop")
      allowed = interop.allowed;
    else if (name == "permissive")
      allowed = permissive.allowed;
    else if (name != "strict")
      stop("expected the policy strict, interop or permissive, found \"" + name + "\"");
    const std::string file = setting("STATUSLINE_ACCEPT", STATUSLINE_ACCEPT);
    if (file.empty())
      return;
    std::ifstream in{file, std::ios::binary};
    if (!in)
      stop(file + ": cannot be read");
    try {
      rows = read_accepted(in, file);
    } catch (const std::runtime_error& e) {
      stop(e.what());
    }
  }
};

std::string text_of(const told& t) {
  std::string text{to_string(t.outcome)};
  if (t.major && t.minor)
    text += ", version " + std::to_string(*t.major) + "." + std::to_string(*t.minor);
  if (t.code)
    text += ", code " + std::to_string(*t.code);
  if (t.reason)
    text +=
        ", reason of " + std::to_string(t.reason->size()) + " bytes in hex " + to_hex(*t.reason);
  if (t.end)
    text += ", end " + std::to_string(*t.end);
  return text;
}

[[noreturn]] void report(const divergence& d, const std::string& bytes, const told& got,
                         quirk_set allowed) {
  std::array<char, format_size> line{};
  const parse_result want = reference(bytes, allowed);
  const std::size_t size = format(want, bytes, line);
  const std::string row = std::string{to_string(d.kind)} + "\t" + d.detail + "\t" + to_hex(bytes);
  stop(row + "\n  subject   " + text_of(got) + "\n  expected  " + std::string{line.data(), size} +
       "\n  The first line, without the name of the program, is the row of a list that accepts "
       "this.");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const settings chosen;
  // A copy of exactly this size: AddressSanitizer notices a read behind it.
  const std::string bytes{reinterpret_cast<const char*>(data), size};
  const std::vector<char> copy(bytes.begin(), bytes.end());
  static const char nothing = '\0';
  const char* const begin = copy.empty() ? &nothing : copy.data();
  try {
    sl_subject_answer answer = nothing_told;
    sl_subject_parse(begin, size, &answer);
    const told got = told_of(answer);
    for (const divergence& d : judge(got, bytes, chosen.allowed))
      if (!lists(chosen.rows, d))
        report(d, bytes, got, chosen.allowed);
#ifdef __GNUC__
    if (sl_subject_parse_pieces != nullptr) {
      // Two pieces, cut at a place that the bytes decide.
      std::size_t sum = size;
      for (const char c : bytes)
        sum = sum * 31 + static_cast<unsigned char>(c);
      const std::size_t cut = sum % (size + 1);
      const std::vector<char> first(copy.begin(), copy.begin() + static_cast<std::ptrdiff_t>(cut));
      const std::vector<char> second(copy.begin() + static_cast<std::ptrdiff_t>(cut), copy.end());
      const std::array<const char*, 2> pieces = {first.empty() ? &nothing : first.data(),
                                                 second.empty() ? &nothing : second.data()};
      const std::array<std::size_t, 2> sizes = {first.size(), second.size()};
      sl_subject_answer in_pieces = nothing_told;
      sl_subject_parse_pieces(pieces.data(), sizes.data(), pieces.size(), &in_pieces);
      const told again = told_of(in_pieces);
      const divergence splits{difference::splits, ""};
      if ((again.outcome != got.outcome || (again.code && got.code && again.code != got.code)) &&
          !lists(chosen.rows, splits))
        report(splits, bytes, again, chosen.allowed);
    }
#endif
  } catch (const std::runtime_error& e) {
    stop(e.what());
  }
  return 0;
}
