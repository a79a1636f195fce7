// SPDX-License-Identifier: MIT
//
// Bytes and sentences for a person at a terminal. No byte of an input reaches the terminal in a
// form that it would interpret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace statusline::cli {

/// Whether it is a digit, a letter of ASCII. False for -1, which stands for the end of the bytes;
/// so below.
[[nodiscard]] constexpr bool is_digit(int c) noexcept { return c >= '0' && c <= '9'; }
/// A capital letter of ASCII as a small one.
[[nodiscard]] constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] constexpr bool is_letter(int c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
/// Whether it is a tchar (RFC 9110 section 5.6.2).
[[nodiscard]] constexpr bool is_token(int c) noexcept {
  return is_digit(c) || is_letter(c) ||
         (c > 0 &&
          std::string_view{"!#$%&'*+-.^_`|~"}.find(static_cast<char>(c)) != std::string_view::npos);
}

/// One byte as printable ASCII: itself, or \r \n \t \0 \\ \xNN.
[[nodiscard]] std::string escape(char byte);
[[nodiscard]] std::string escape(std::string_view bytes);
/// As escape(), in double quotes and truncated to one line; a truncated text ends with its full
/// size.
[[nodiscard]] std::string quoted(std::string_view bytes);

/// The size of the UTF-8 sequence at the start of `text`; 0 if there is none.
[[nodiscard]] std::size_t utf8_sequence(std::string_view text) noexcept;
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// Whether a terminal may interpret this character instead of showing it: controls, line and
/// paragraph separators, controls of direction, characters without width, tags.
[[nodiscard]] bool is_hidden(char32_t c) noexcept;

/// As escape(), but UTF-8 beyond ASCII stays as it is unless it is hidden.
[[nodiscard]] std::string readable(std::string_view text);
/// `json` with each hidden character as `\uXXXX`. Precondition: JSON in UTF-8, on one line.
[[nodiscard]] std::string without_hidden(std::string_view json);
/// The name of a file for a person; `-` is "standard input".
[[nodiscard]] std::string display_name(std::string_view name);

/// The words of `text` on lines of at most `columns`.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t columns);

/// The number of letters to change, add or remove to turn one word into the other (Levenshtein).
[[nodiscard]] std::size_t distance(std::string_view a, std::string_view b);

/// `n thing` or `n things`.
[[nodiscard]] std::string count(std::uint64_t n, std::string_view thing);

/// The names, separated by `comma`. Accepts texts, and values with a to_string().
template <class Range> [[nodiscard]] std::string join(const Range& things, std::string_view comma) {
  std::string list;
  for (const auto& thing : things) {
    if (!list.empty())
      list += comma;
    if constexpr (requires { std::string_view{thing}; })
      list += thing;
    else
      list += to_string(thing);
  }
  return list;
}

/// Adds the SGR sequences of a terminal if `colour` is set.
struct style {
  bool colour = false;
  [[nodiscard]] std::string bold(std::string_view text) const { return paint("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return paint("2", text); }
  [[nodiscard]] std::string red(std::string_view text) const { return paint("1;31", text); }
  [[nodiscard]] std::string green(std::string_view text) const { return paint("1;32", text); }
  [[nodiscard]] std::string yellow(std::string_view text) const { return paint("1;33", text); }

private:
  [[nodiscard]] std::string paint(std::string_view sgr, std::string_view text) const;
};

} // namespace statusline::cli
