// SPDX-License-Identifier: MIT
#include <support/reference_streams.hpp>

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <utility>

namespace statusline::reference {
namespace {

using text = std::string_view;

std::string in_lower_case(text bytes) {
  std::string lower{bytes};
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c + 32);
  return lower;
}

bool digit_at(text bytes, std::size_t at) {
  return at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9';
}

text trimmed(text bytes, text blanks = " \t") {
  const std::size_t begin = bytes.find_first_not_of(blanks);
  return begin == text::npos ? text{}
                             : bytes.substr(begin, bytes.find_last_not_of(blanks) - begin + 1);
}

/// "A line in the header section that begins, in any case, with HTTP/ and a digit."
bool has_version(text line) {
  return in_lower_case(line.substr(0, 5)) == "http/" && digit_at(line, 5);
}

/// "Past any CR, LF, SP and HTAB, begin, in any case, with HTTP/, or with HTTP or ICY, white space
/// and a digit, or where a line stands there that the policy accepts."
bool begins_like_a_status_line(text bytes, const policy& p) {
  if (parse(bytes, p, true).error == errc::ok)
    return true;
  const text shown = bytes.substr(std::min(bytes.find_first_not_of("\r\n \t"), bytes.size()));
  if (parse(shown, p, true).error == errc::ok || in_lower_case(shown.substr(0, 5)) == "http/")
    return true;
  for (const text name : {"http", "icy"}) {
    if (in_lower_case(shown.substr(0, name.size())) != name)
      continue;
    const text rest = shown.substr(name.size());
    const std::size_t at = rest.find_first_not_of(" \t\v\f");
    if (at != 0 && at != text::npos && digit_at(rest, at))
      return true;
  }
  return false;
}

struct section {
  std::size_t end = 0; ///< the first byte after the head
  bool ended_by_empty_line = false;
  std::vector<std::pair<std::string, std::string>> fields; ///< names in lower case
};

/// The head that begins at `at`. Its fields begin at `fields_at`, or after the first line if there
/// is no status line.
section read_section(text bytes, std::size_t at, std::optional<std::size_t> fields_at) {
  section head;
  std::size_t here = fields_at.value_or(at);
  bool first = !fields_at;
  bool may_fold = false;
  for (;; first = false) {
    if (!first && has_version(bytes.substr(here))) {
      head.end = here;
      return head;
    }
    const std::size_t lf = bytes.find('\n', here);
    if (lf == text::npos) {
      head.end = bytes.size();
      return head;
    }
    const text line = bytes.substr(here, lf + 1 - here);
    here = lf + 1;
    if (line.find_first_not_of("\r\n") == text::npos) {
      head.end = here;
      head.ended_by_empty_line = true;
      return head;
    }
    if (first)
      continue;
    const std::size_t colon = line.find(':');
    if (line.front() == ' ' || line.front() == '\t') {
      if (may_fold)
        head.fields.back().second += line;
    } else if (colon != text::npos) {
      const text name = line.substr(0, colon);
      head.fields.emplace_back(in_lower_case(name.substr(0, name.find_last_not_of(" \t") + 1)),
                               line.substr(colon + 1));
      may_fold = true;
    } else {
      may_fold = false;
    }
  }
}

/// A 1*DIGIT under 2^63.
std::optional<std::uint64_t> length_in(text value) {
  if (value.empty() || value.find_first_not_of("0123456789") != text::npos)
    return {};
  value.remove_prefix(std::min(value.find_first_not_of('0'), value.size()));
  if (value.size() > 19 || (value.size() == 19 && value > "9223372036854775807"))
    return {};
  return value.empty() ? 0 : std::stoull(std::string{value});
}

std::vector<std::string> members(std::string value) {
  std::ranges::replace_if(
      value, [](char c) { return c == '\r' || c == '\n'; }, ' ');
  std::vector<std::string> list(1);
  bool parameters = false, quoted = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (quoted) {
      if (c == '\\')
        ++i;
      else
        quoted = c != '"';
    } else if (c == ',') {
      list.emplace_back();
      parameters = false;
    } else if (c == ';') {
      parameters = true;
    } else if (parameters) {
      quoted = c == '"';
    } else {
      list.back() += c;
    }
  }
  for (std::string& member : list)
    member = trimmed(member);
  return list;
}

std::size_t find_if_not(text bytes, std::size_t at, bool (*accepts)(unsigned char)) {
  while (at < bytes.size() && accepts(static_cast<unsigned char>(bytes[at])))
    ++at;
  return at;
}
bool is_field_byte(unsigned char c) { return c == '\t' || (c >= ' ' && c != 0x7f); }
bool is_hex(unsigned char c) { return std::isxdigit(c) != 0; }
bool is_blank(unsigned char c) { return c == ' ' || c == '\t'; }
bool is_token(unsigned char c) {
  return c < 0x80 && (std::isalnum(c) != 0 ||
                      (std::ispunct(c) != 0 &&
                       text{"\"(),/:;<=>?@[\\]{}"}.find(static_cast<char>(c)) == text::npos));
}

/// Returns one past the body, or the offset of the first byte that its grammar refuses.
std::size_t end_of_chunked(text bytes, std::size_t at) {
  // Skips CRLF; else `at` is the wrong byte.
  const auto crlf = [&] {
    for (const char c : {'\r', '\n'}) {
      if (at >= bytes.size() || bytes[at] != c)
        return false;
      ++at;
    }
    return true;
  };
  for (;;) {
    const std::size_t begin = at;
    at = find_if_not(bytes, at, is_hex);
    std::string digits{bytes.substr(begin, at - begin)};
    if (digits.empty())
      return at;
    const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
    if (digits.size() - zeros > 15) { // the 16th digit makes it 2^63 or more, or it is the 17th
      const bool large = digits[zeros] >= '8';
      if (large || digits.size() - zeros > 16)
        return begin + zeros + (large ? 15 : 16);
    }
    const std::uint64_t size = std::stoull("0" + digits.substr(zeros), nullptr, 16);
    at = find_if_not(bytes, at, is_blank);
    if (at < bytes.size() && bytes[at] == ';')
      at = find_if_not(bytes, at, is_field_byte);
    if (!crlf())
      return at;
    if (size == 0)
      break;
    if (size > bytes.size() - at)
      return bytes.size();
    at += static_cast<std::size_t>(size);
    if (!crlf())
      return at;
  }
  while (at < bytes.size() && bytes[at] != '\r') {
    const std::size_t name = at;
    if (has_version(bytes.substr(at)))
      return at;
    at = find_if_not(bytes, at, is_token);
    if (at == name || at == bytes.size() || bytes[at] != ':')
      return at;
    at = find_if_not(bytes, at + 1, is_field_byte);
    if (!crlf())
      return at;
  }
  crlf();
  return at;
}

/// Returns one past the body that begins at `at`. `trouble` names the error in the fields.
std::size_t end_of_body(text bytes, std::size_t at, const section& head, text& trouble) {
  std::string codings;
  bool has_codings = false;
  std::vector<std::string> lengths;
  for (const auto& [name, value] : head.fields) {
    if (name == "transfer-encoding") {
      has_codings = true;
      // Each field continues after the one before it.
      for (const std::string& member : members(value))
        codings += "," + member;
    }
    if (name == "content-length") {
      std::string rest = value + ',';
      for (std::size_t comma = 0; (comma = rest.find(',')) != rest.npos; rest.erase(0, comma + 1))
        lengths.emplace_back(trimmed(text{rest}.substr(0, comma), " \t\r\n"));
    }
  }
  if (has_codings) {
    std::string last;
    for (const std::string& member : members(codings))
      if (!member.empty())
        last = in_lower_case(member);
    if (last == "chunked")
      return end_of_chunked(bytes, at);
    trouble = "not_chunked";
    return bytes.size();
  }
  if (lengths.empty())
    return bytes.size();
  const auto first = length_in(lengths.front());
  for (const std::string& length : lengths)
    if (!length_in(length))
      trouble = "invalid_length";
  if (!trouble.empty())
    return bytes.size();
  for (const std::string& length : lengths)
    if (length_in(length) != first)
      trouble = "different_lengths";
  if (!trouble.empty() || *first > bytes.size() - at)
    return bytes.size();
  return at + static_cast<std::size_t>(*first);
}

} // namespace

heads heads_of(std::string_view bytes, const policy& p, bodies rule) {
  heads found;
  std::size_t at = 0;
  for (bool due = true; due || at < bytes.size();) {
    const outcome line = parse(bytes.substr(at), p, true);
    const bool ok = line.error == errc::ok;
    const section head =
        read_section(bytes, at, ok ? std::optional<std::size_t>{at + line.end} : std::nullopt);
    found.list.push_back({at, {}});
    at = head.end;
    due = false;
    if (!head.ended_by_empty_line)
      continue;
    const bool interim = ok && line.code >= 100 && line.code <= 199 && line.code != 101;
    due = interim;
    if (ok && line.code == 101) {
      found.body_bytes += bytes.size() - at;
      break;
    }
    if (interim || (ok && (line.code == 204 || line.code == 304)) || rule == bodies::none)
      continue;
    const std::size_t end = end_of_body(bytes, at, head, found.list.back().framing);
    if (rule == bodies::automatic && begins_like_a_status_line(bytes.substr(at), p))
      continue;
    found.body_bytes += end - at;
    at = end;
  }
  return found;
}

} // namespace statusline::reference
