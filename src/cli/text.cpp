// SPDX-License-Identifier: MIT
#include "text.hpp"

#include "hex.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <utility>

namespace statusline::cli {

namespace {

/// The character of a UTF-8 sequence of `size` bytes.
char32_t decode(std::string_view text, std::size_t size) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  char32_t c = size == 1 ? byte(0) : byte(0) & (0x7fu >> size);
  for (std::size_t i = 1; i < size; ++i)
    c = c << 6 | (byte(i) & 0x3fu);
  return c;
}

} // namespace

std::string escape(char byte) {
  switch (byte) {
  case '\r': return "\\r";
  case '\n': return "\\n";
  case '\t': return "\\t";
  case '\0': return "\\0";
  case '\\': return "\\\\";
  default: break;
  }
  if (byte >= 0x20 && byte < 0x7f)
    return {byte};
  return "\\x" + to_hex({&byte, 1});
}

std::string escape(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes)
    text += escape(byte);
  return text;
}

std::string quoted(std::string_view bytes) {
  constexpr std::size_t enough = 60;
  std::string text = "\"";
  std::size_t shown = 0;
  for (; shown < bytes.size() && text.size() <= enough; ++shown)
    text += bytes[shown] == '"' ? "\\\"" : escape(bytes[shown]);
  text += '"';
  if (shown < bytes.size())
    text += "... (" + count(bytes.size(), "byte") + ")";
  return text;
}

std::size_t utf8_sequence(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned first = byte(0);
  const unsigned second = byte(1);
  if (text.empty())
    return 0;
  if (first < 0x80)
    return 1;
  if (first < 0xc2 || first > 0xf4 || !tail(1))
    return 0;
  if (first < 0xe0)
    return 2;
  // No overlong forms, no surrogates, nothing over U+10FFFF (Unicode, table 3-7).
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || !tail(2))
    return 0;
  if (first < 0xf0)
    return 3;
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f) || !tail(3))
    return 0;
  return 4;
}

bool is_hidden(char32_t c) noexcept {
  const auto in = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  return c < 0x20 || in(0x7f, 0x9f) || c == 0xad || c == 0x61c || in(0x180b, 0x180f) ||
         in(0x200b, 0x200f) || in(0x2028, 0x202e) || in(0x2060, 0x206f) || c == 0xfeff ||
         in(0xfff9, 0xfffb) || in(0xe0000, 0xe0fff);
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t size = utf8_sequence(text);
    if (size == 0)
      return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string readable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t size = utf8_sequence(text);
    const bool letter = size > 1 && !is_hidden(decode(text, size));
    shown += letter ? std::string{text.substr(0, size)} : escape(text[0]);
    text.remove_prefix(letter ? size : 1);
  }
  return shown;
}

std::string without_hidden(std::string_view json) {
  std::string shown;
  while (!json.empty()) {
    const std::size_t size = std::max<std::size_t>(utf8_sequence(json), 1);
    const char32_t c = decode(json, size);
    if (is_hidden(c)) {
      const auto add = [&shown](unsigned unit) {
        const std::array bytes = {static_cast<char>(unit >> 8), static_cast<char>(unit)};
        shown += "\\u" + to_hex({bytes.data(), bytes.size()});
      };
      if (c >= 0x10000)
        add(0xd800u + ((c - 0x10000u) >> 10));
      add(c >= 0x10000 ? 0xdc00u + (c & 0x3ffu) : static_cast<unsigned>(c));
    } else {
      shown += json.substr(0, size);
    }
    json.remove_prefix(size);
  }
  return shown;
}

std::string display_name(std::string_view name) {
  return name == "-" ? "standard input" : readable(name);
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > columns)
      lines.emplace_back();
    if (!lines.back().empty())
      lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

std::string count(std::uint64_t n, std::string_view thing) {
  return std::to_string(n) + ' ' + std::string{thing} + (n == 1 ? "" : "s");
}

std::string style::paint(std::string_view sgr, std::string_view text) const {
  if (!colour || text.empty())
    return std::string{text};
  return "\x1b[" + std::string{sgr} + 'm' + std::string{text} + "\x1b[0m";
}

} // namespace statusline::cli
