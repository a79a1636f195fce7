// SPDX-License-Identifier: MIT
//
// The tool on a source, in this process: as one input, by lines, by heads, and as a registry. The
// source is a file, or a pipe that delivers it in pieces. For any bytes the JSON must be valid,
// contain every byte of every reason, and agree with the reference parser and with a second, naive
// division of the same bytes. The text for people must hold no control byte. The last three bytes
// define the policy, the one before them the mode and the size of the pieces.
#include "target.hpp"

#include <support/reference_streams.hpp>

#include <cli/registry_file.hpp>
#include <cli/report.hpp>
#include <cli/summary.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace statusline::fuzz {
namespace {

using nlohmann::json;

/// A file in memory.
class memory_file {
public:
  explicit memory_file(const char* name) : fd_{::memfd_create(name, 0)} {
    if (fd_ < 0)
      throw std::runtime_error{"memfd_create failed"};
  }
  [[nodiscard]] int number() const { return fd_; }
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

  void fill(std::string_view bytes) const {
    if (::ftruncate(fd_, 0) != 0 ||
        ::pwrite(fd_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()) ||
        ::lseek(fd_, 0, SEEK_SET) != 0)
      throw std::runtime_error{"a file in memory cannot be written"};
  }
  [[nodiscard]] std::string text() const {
    std::string bytes(static_cast<std::size_t>(::lseek(fd_, 0, SEEK_END)), '\0');
    if (::pread(fd_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
      throw std::runtime_error{"a file in memory cannot be read"};
    return bytes;
  }

private:
  int fd_;
};

/// A pipe that holds the bytes in pieces, of which a read returns one.
class pieces {
public:
  pieces(std::string_view bytes, std::size_t size) {
    constexpr std::size_t most = 15; // the last piece has the rest; a pipe holds 16
    if (::pipe2(ends_.data(), O_DIRECT | O_NONBLOCK) != 0)
      throw std::runtime_error{"pipe2 failed"};
    for (std::size_t n = 0; n < most && bytes.size() > size; ++n) {
      write(bytes.substr(0, size));
      bytes.remove_prefix(size);
    }
    write(bytes);
  }
  ~pieces() {
    end();
    ::close(ends_[0]);
  }
  pieces(const pieces&) = delete;
  pieces& operator=(const pieces&) = delete;

  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(ends_[0]); }
  /// No more bytes will come. A pipe without a writer cannot be opened, so it must be open by then.
  void end() {
    if (ends_[1] >= 0)
      ::close(ends_[1]);
    ends_[1] = -1;
  }

private:
  void write(std::string_view bytes) const {
    if (::write(ends_[1], bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
      throw std::runtime_error{"a pipe cannot be written"};
  }

  std::array<int, 2> ends_{};
};

struct files {
  memory_file source{"source"};
  memory_file standard_output{"standard output"};
  files() {
    if (::dup2(standard_output.number(), STDOUT_FILENO) < 0)
      throw std::runtime_error{"dup2 failed"};
  }
};

const files& the_files() {
  static const files both;
  return both;
}

/// The output of `say`.
template <class Say> std::string written(Say say) {
  const memory_file& out = the_files().standard_output;
  out.fill("");
  cli::output to;
  say(to);
  to.flush();
  return out.text();
}

struct job {
  cli::reading how;
  std::size_t piece; ///< 0: the source is a file
};

/// The tool's output for the bytes, one object or report after the other.
template <class Report>
std::string run(std::string_view bytes, const job& j, policy p, Report say) {
  return written([&](cli::output& to) {
    std::uint64_t body_bytes = 0;
    const auto read = [&](cli::source& from) {
      cli::for_each_input(
          from, j.how, p, [&](const cli::input& one) { say(to, one); }, body_bytes);
    };
    if (j.piece == 0 || bytes.size() > support::guarded::capacity) {
      const memory_file& in = the_files().source;
      in.fill(bytes);
      cli::source from{in.path(), to};
      return read(from);
    }
    pieces pipe{bytes, j.piece};
    cli::source from{pipe.path(), to};
    pipe.end();
    return read(from);
  });
}

/// Offsets of the inputs, with the bytes of each.
struct slice {
  std::size_t offset;
  std::string_view bytes;
  std::string_view framing{}; ///< the error in the fields of a head
};

std::vector<slice> lines_of(std::string_view bytes) {
  std::vector<slice> lines;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t lf = bytes.find('\n', at);
    const std::size_t end = lf == bytes.npos ? bytes.size() : lf + 1;
    lines.push_back({at, bytes.substr(at, end - at)});
    at = end;
  }
  return lines;
}

/// A refused head: up to its first empty line, or to a line that begins with a version.
std::string_view refused_head(std::string_view bytes) {
  const auto begins_with_version = [](std::string_view line) {
    constexpr std::string_view protocol = "http/";
    for (std::size_t i = 0; i < protocol.size(); ++i)
      if (i >= line.size() || (line[i] | 0x20) != (protocol[i] | 0x20))
        return false;
    return line.size() > 5 && line[4] == '/' && line[5] >= '0' && line[5] <= '9';
  };
  for (const slice& line : lines_of(bytes)) {
    if (line.offset > 0 && begins_with_version(line.bytes))
      return bytes.substr(0, line.offset);
    if (line.bytes.back() == '\n' && line.bytes.find_first_not_of("\r\n") == line.bytes.npos)
      return bytes.substr(0, line.offset + line.bytes.size());
  }
  return bytes;
}

std::vector<slice> heads_in(std::string_view bytes, const policy& p, reference::bodies rule) {
  std::vector<slice> heads;
  for (const auto& [offset, framing] : reference::heads_of(bytes, p, rule).list) {
    const std::string_view rest = bytes.substr(offset);
    const auto line = reference::parse(rest, p, true);
    std::size_t size = rest.size();
    if (line.error != errc::ok) {
      const bool at_a_byte = line.error != errc::need_more && line.error != errc::too_long;
      size = std::max(refused_head(rest).size(), line.end + (at_a_byte ? 1 : 0));
    }
    heads.push_back({offset, rest.substr(0, size), framing});
  }
  return heads;
}

/// The bytes as a JSON string if JSON can hold them, else null.
json text_or_null(std::string_view bytes) {
  try {
    static_cast<void>(json(bytes).dump());
    return bytes;
  } catch (const json::type_error&) {
    return nullptr;
  }
}

/// Whether a terminal obeys no part of this text: it is UTF-8, its only control is LF, and it has
/// no separator of lines, no control of direction, no mark without width and no tag.
bool is_readable(std::string_view text) {
  const auto is_control = [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\n') || c == '\x7f';
  };
  if (std::ranges::any_of(text, is_control) || text_or_null(text).is_null())
    return false;
  // Pairs of the first and the last character of a range, below U+10000.
  constexpr std::array<std::array<unsigned, 2>, 5> hidden = {
      {{0x80, 0x9f}, {0x61c, 0x61c}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069}}};
  const auto is_hidden = [&](unsigned c) {
    const std::string utf8 = c < 0x800 ? std::string{static_cast<char>(0xc0 | c >> 6),
                                                     static_cast<char>(0x80 | (c & 63))}
                                       : std::string{static_cast<char>(0xe0 | c >> 12),
                                                     static_cast<char>(0x80 | (c >> 6 & 63)),
                                                     static_cast<char>(0x80 | (c & 63))};
    return text.find(utf8) != text.npos;
  };
  for (const auto& [first, last] : hidden)
    for (unsigned c = first; c <= last; ++c)
      if (is_hidden(c))
        return false;
  if (is_hidden(0xfeff) || text.find("\xf3\xa0\x80") != text.npos ||
      text.find("\xf3\xa0\x81") != text.npos) // tags
    return false;
  return true;
}

template <class Set> json names(const Set& set) {
  json list = json::array();
  for (const auto element : set)
    list.push_back(to_string(element));
  return list;
}

/// The object for one input, by the reference parser. `before` moves its offset past 32 bits.
json expected(const slice& in, const policy& p, const std::string& source, std::uint64_t before) {
  const auto line = reference::parse(in.bytes, p, true);
  const bool ok = line.error == errc::ok;
  json object = {{"source", source},
                 {"offset", before + in.offset},
                 {"ok", ok},
                 {"error", ok ? json{} : json(to_string(line.error))},
                 {"end", line.end},
                 {"quirks", names(line.quirks)},
                 {"refused", names(line.refused)},
                 {"findings", json::array()},
                 {"notes", json::array()}};
  for (const char* const key : {"version", "code", "reason", "reason_hex", "class", "standing",
                                "phrase", "registered_phrase", "advice"})
    object[key] = nullptr;
  if (!in.framing.empty())
    object["framing"] = in.framing;
  if (!ok) {
    object["bytes_hex"] = corpus::to_hex(in.bytes.substr(0, 64));
    object["status_line_at"] = nullptr;
    const policy here{p.allowed - quirk::leading_blank, p.max_size};
    const std::string_view seen = in.bytes.substr(0, cli::ahead_of(p));
    for (std::size_t at = 1; at < seen.size() && at <= p.max_size; ++at)
      if (reference::parse(seen.substr(at), here, true).error == errc::ok) {
        object["status_line_at"] = at;
        break;
      }
    return object;
  }

  const std::string_view reason = in.bytes.substr(line.reason_offset, line.reason_size);
  const status_line read{reason, line.code, line.version, line.quirks};
  const assessment says = assess(read, iana);
  for (const auto& f : reference::explain(in.bytes, p))
    object["findings"].push_back(
        {{"quirk", to_string(f.q)}, {"offset", f.offset}, {"size", f.size}});
  object["version"] = std::to_string(line.version.major) + '.' + std::to_string(line.version.minor);
  object["code"] = line.code;
  object["reason"] = text_or_null(reason);
  object["reason_hex"] = corpus::to_hex(reason);
  object["notes"] = names(notes(read));
  object["class"] = to_string(classify(line.code));
  object["standing"] = to_string(says.code);
  object["phrase"] = to_string(says.phrase);
  if (says.entry != nullptr && !says.entry->phrase.empty())
    object["registered_phrase"] = says.entry->phrase;
  if (says.entry != nullptr && says.entry->advice != client_advice::none)
    object["advice"] = to_string(says.entry->advice);
  return object;
}

/// Whether the tool may name the bytes: no policy accepts them or a continuation.
bool may_look_like(std::string_view bytes) {
  const errc error = reference::parse(bytes, {quirk_set::all(), SIZE_MAX}, false).error;
  return error != errc::ok && error != errc::need_more && !bytes.starts_with("HTTP") &&
         !bytes.starts_with("ICY");
}

complaint judge_json(std::string_view bytes, const job& j, const std::vector<slice>& inputs,
                     const policy& p) {
  const std::uint64_t before = std::uint64_t{j.piece} << 32; // as if so many bytes had come before
  std::string name;
  const std::string text = run(bytes, j, p, [&](cli::output& out, const cli::input& one) {
    name = one.source;
    cli::report_json(out, {one.source, before + one.offset, one.bytes, one.result, one.body}, p,
                     iana);
  });
  if (!is_readable(text))
    return about(bytes, "the JSON holds hidden characters: " + corpus::escape(text));
  const auto objects = lines_of(text);
  if (objects.size() != inputs.size())
    return about(bytes, "want " + std::to_string(inputs.size()) + " objects, have " +
                            std::to_string(objects.size()));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const json have = json::parse(objects[i].bytes, nullptr, false);
    json want = expected(inputs[i], p, name, before);
    if (want["ok"] == false)
      want["looks_like"] =
          may_look_like(inputs[i].bytes) ? have.value("looks_like", json{}) : json{};
    if (have != want)
      return about(inputs[i].bytes, "the object of an input\n  want    ") + want.dump() +
             "\n  have    " + std::string{objects[i].bytes};
  }
  return {};
}

complaint judge_text(std::string_view bytes, const job& j, const policy& p) {
  constexpr std::array both = {iana, documented};
  const std::string text = run(bytes, j, p, [&](cli::output& out, const cli::input& one) {
    cli::report_text(out, one, p, both, {"a name"});
  });
  if (!is_readable(text) ||
      std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x7f; }))
    return about(bytes, "the report for people is not printable: " + corpus::escape(text));
  return {};
}

/// The counts over the inputs: the codes are those of the reference parser, and the sum of two
/// parts that were printed and read is the whole.
complaint judge_summary(std::string_view bytes, const job& j, const std::vector<slice>& inputs,
                        const policy& p) {
  cli::summary whole, begin, rest;
  std::size_t visited = 0;
  const std::string none = run(bytes, j, p, [&](cli::output&, const cli::input& one) {
    whole.add(one, iana);
    (visited++ < j.piece ? begin : rest).add(one, iana);
  });
  const auto print = [](const cli::summary& s) {
    return written([&](cli::output& out) { cli::write_summary(out, s); });
  };
  const std::string text = print(whole);
  if (!none.empty() || !is_readable(text))
    return about(bytes, "the summary holds hidden characters: " + corpus::escape(text));
  std::istringstream parts{print(begin) + print(rest)};
  if (const std::string sum = print(cli::read_summary(parts, "FILE")); sum != text)
    return about(bytes, "two parts add up to\n  ") + sum + "  and the whole is\n  " + text;

  json codes = json::object();
  for (const slice& in : inputs)
    if (const auto line = reference::parse(in.bytes, p, true); line.error == errc::ok) {
      const std::string code = std::to_string(1000 + line.code).substr(1);
      codes[code] = codes.value(code, 0) + 1;
    }
  const json have = json::parse(text);
  if (have["codes"] != codes || have["inputs"] != inputs.size())
    return about(bytes, "the summary counts ") + have.dump() + "\n  want codes " + codes.dump();
  return {};
}

/// The bytes as the file of merge: rejected, or printed and read again the same.
complaint judge_merge(std::string_view bytes) {
  const auto print = [](const cli::summary& s) {
    return written([&](cli::output& out) { cli::write_summary(out, s); });
  };
  try {
    std::istringstream file{std::string{bytes}};
    const cli::summary sum = cli::read_summary(file, "FILE");
    const std::string text = print(sum);
    std::istringstream again{text};
    if (print(cli::read_summary(again, "FILE")) != text)
      return about(bytes, "a sum is read as another: " + corpus::escape(text));
    const auto table = written([&](cli::output& out) { cli::print_summary(out, sum, iana); });
    if (!is_readable(table))
      return about(bytes, "the table is not printable: " + corpus::escape(table));
  } catch (const cli::summary_error& e) {
    if (!is_readable(e.what()))
      return about(bytes, "the message is not printable: " + corpus::escape(e.what()));
  }
  return {};
}

json row_object(const registry& r, const registry_entry& row) {
  const auto or_null = [](std::string_view text) { return text.empty() ? json{} : json(text); };
  return {{"registry", r.name},
          {"snapshot", or_null(r.snapshot)},
          {"code", row.code},
          {"class", to_string(classify(row.code))},
          {"phrase", or_null(row.phrase)},
          {"state", to_string(row.state)},
          {"meaning", or_null(row.meaning)},
          {"advice", row.advice == client_advice::none ? json{} : json(to_string(row.advice))},
          {"heuristically_cacheable", row.heuristically_cacheable},
          {"reference", or_null(row.reference)}};
}

/// The bytes as the file of --registry: all of it, and the explanation of a row and of a phrase.
complaint judge_registry(std::string_view bytes) {
  std::optional<cli::loaded_registry> loaded;
  try {
    std::istringstream in{std::string{bytes}};
    loaded.emplace(cli::read_registry(in, "FILE"));
  } catch (const cli::registry_file_error&) {
    return {}; // registry_fuzzer covers those
  }
  const registry r = loaded->view();
  const auto all = [&](bool as_json) {
    return written([&](cli::output& out) { cli::print_registry(out, r, as_json); });
  };
  const std::string_view asked = r.entries.back().phrase;
  const auto one = [&](bool as_json) {
    return written([&](cli::output& out) {
      const std::array both = {r, iana};
      cli::explain_phrase(out, asked, both, as_json);
      cli::explain_codes(out, r.entries.back().code, r.entries.back().code, both, as_json);
    });
  };
  if (const auto text = all(false) + one(false); !is_readable(text))
    return about(bytes, "what people read of a registry: " + corpus::escape(text));

  const std::string text = all(true);
  if (!is_readable(text) || !is_readable(one(true)))
    return about(bytes, "the JSON of a registry holds hidden characters: " + corpus::escape(text));
  const auto rows = lines_of(text);
  if (rows.size() != r.entries.size())
    return about(bytes, "not an object for each row");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const json have = json::parse(rows[i].bytes, nullptr, false);
    // Bytes that JSON cannot hold are replaced.
    const json want = json::parse(
        row_object(r, r.entries[i]).dump(-1, ' ', false, json::error_handler_t::replace));
    if (have != want)
      return about(bytes, "the object of a row: ") + std::string{rows[i].bytes};
  }
  const std::string explained = one(true);
  for (const slice& line : lines_of(explained))
    if (json::parse(line.bytes, nullptr, false).is_discarded())
      return about(bytes, "the explanation is not JSON: " + explained);
  return {};
}

} // namespace

complaint check(std::string_view input) {
  tail numbers{input};
  const policy p = numbers.policy();
  const unsigned how = numbers.byte();
  const std::size_t piece = how / 8;
  const std::string_view bytes = numbers.rest();
  using cli::division;
  using reference::bodies;
  switch (how % 8) {
  case 0:
    return judge_json(bytes, {{division::heads}, piece}, heads_in(bytes, p, bodies::automatic), p);
  case 1: return judge_json(bytes, {{division::lines}, piece}, lines_of(bytes), p);
  case 2: return judge_json(bytes, {{division::whole}, piece}, {{0, bytes}}, p);
  case 3:
    if (auto found = judge_summary(bytes, {{division::lines}, piece}, lines_of(bytes), p))
      return found;
    return judge_text(bytes, {{division::lines}, piece}, p);
  case 4: return judge_text(bytes, {{division::heads}, piece}, p);
  case 5: return judge_text(bytes, {{division::whole}, piece}, p);
  case 6:
    return judge_json(bytes, {{division::heads, cli::body_rule::believed}, piece},
                      heads_in(bytes, p, bodies::skip), p);
  default:
    if (auto found = judge_merge(bytes))
      return found;
    return judge_registry(bytes);
  }
}

} // namespace statusline::fuzz
