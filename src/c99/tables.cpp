// SPDX-License-Identifier: MIT
//
// Prints the constants of statusline.c as the C++ compiler computed them from the headers: the
// table, the octet kinds, the prefix, the texts, and a phrase for each of IANA's codes. The output
// is the same on each machine.
//
//   tables data     for the translated functions
//   tables texts    for the functions of the API
#include <statusline/registry.hpp>
#include <statusline/statusline.h>
#include <statusline/statusline.hpp>
#include <statusline/version.hpp>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

using namespace statusline;

namespace {

// The enumerations of the API are those of the headers.
consteval bool same(sl_error c, errc cpp) { return int(c) == int(cpp); }
consteval bool same(sl_quirk c, quirk cpp) { return sl_quirks(c) == quirk_set{cpp}.bits(); }
static_assert(errc_count == 9 && same(SL_OK, errc::ok) && same(SL_NEED_MORE, errc::need_more) &&
              same(SL_BAD_PROTOCOL, errc::protocol) && same(SL_BAD_VERSION, errc::version) &&
              same(SL_BAD_SEPARATOR, errc::separator) && same(SL_BAD_CODE, errc::code) &&
              same(SL_BAD_REASON, errc::reason) && same(SL_BAD_LINE_END, errc::line_end) &&
              same(SL_TOO_LONG, errc::too_long));
static_assert(quirk_count == 13 && same(SL_MISSING_REASON, quirk::missing_reason) &&
              same(SL_BARE_LF, quirk::bare_lf) && same(SL_REPEATED_CR, quirk::repeated_cr) &&
              same(SL_LEADING_BLANK, quirk::leading_blank) &&
              same(SL_EXTRA_SPACE, quirk::extra_space) &&
              same(SL_OTHER_WHITESPACE, quirk::other_whitespace) &&
              same(SL_LOWERCASE_PROTOCOL, quirk::lowercase_protocol) &&
              same(SL_SHORT_VERSION, quirk::short_version) &&
              same(SL_MISSING_VERSION, quirk::missing_version) &&
              same(SL_ICY_PROTOCOL, quirk::icy_protocol) &&
              same(SL_GLUED_REASON, quirk::glued_reason) &&
              same(SL_CONTROL_IN_REASON, quirk::control_in_reason) &&
              same(SL_UNTERMINATED, quirk::unterminated));
constexpr policy from_c(sl_policy p) { return {quirk_set::from_bits(p.allowed), p.max_size}; }
static_assert(from_c(SL_STRICT) == strict && from_c(SL_INTEROP) == interop &&
              from_c(SL_PERMISSIVE) == permissive);

// sli_grammar() in shell.c combines two smaller tables into a cell.
static_assert([] {
  for (std::size_t s = 0; s < detail::state_count; ++s)
    for (std::size_t o = 0; o < detail::octet_kinds; ++o) {
      const auto from = static_cast<detail::state>(s);
      const auto on = static_cast<detail::octet>(o);
      const detail::cell& cell = detail::grammar(from, on);
      const errc floor = on == detail::octet::end ? errc::need_more : detail::expected_in(from);
      if (cell.floor != floor || cell.shows != detail::packed_cells[s][o].shows())
        return false;
    }
  return true;
}());

/// A literal of C.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\\' || c == '"')
      out += '\\';
    if (c >= ' ' && c <= '~') {
      out += c;
      continue;
    }
    char octal[8];
    std::snprintf(octal, sizeof octal, "\\%03o", static_cast<unsigned char>(c));
    out += octal;
  }
  return out + '"';
}

/// `declaration = {...};`, with `per_line` elements in a line; text(i) is element i.
template <class Text>
void array(const char* declaration, std::size_t size, std::size_t per_line, Text text) {
  std::printf("static const %s[%zu] = {", declaration, size);
  for (std::size_t i = 0; i < size; ++i)
    std::printf("%s%s,", i % per_line == 0 ? "\n    " : " ", text(i).c_str());
  std::printf("\n};\n");
}

std::string number(std::size_t value) { return std::to_string(value); }

void data() {
  using namespace detail;
  std::printf("/* Every quirk. */\n#define sli_all_quirks ((sl_quirks)0x%xu)\n\n",
              static_cast<unsigned>(quirk_set::all().bits()));
  std::printf("static const char sli_prefix[] = %s;\n#define sli_prefix_size ((size_t)%zu)\n\n",
              quoted(prefix).c_str(), prefix.size());

  const auto octets = [](const std::array<char, 16>& bytes) {
    std::string out = "{";
    for (const char c : bytes) {
      char octal[12];
      std::snprintf(octal, sizeof octal, "'\\%03o', ", static_cast<unsigned char>(c));
      out += octal;
    }
    out.resize(out.size() - 2);
    return out + "}";
  };
  std::printf("static const sli_pattern sli_prefix_pattern = {\n    %s,\n    %s,\n};\n\n",
              octets(prefix_pattern.expected).c_str(), octets(prefix_pattern.tolerance).c_str());

  std::printf("/* The kind of each octet. */\n");
  array("uint8_t sli_octet_of", octet_of.size(), 16,
        [](std::size_t i) { return number(std::size_t(octet_of[i])); });
  std::printf("\n/* The state after each part of the prefix. */\n");
  array("uint8_t sli_prefix_states", prefix_states.size(), 14,
        [](std::size_t i) { return number(std::size_t(prefix_states[i])); });
  std::printf("\n/* Whether a reason accepts each kind of octet without a quirk. */\n");
  array("bool sli_plain_octets", plain_octets.size(), 10,
        [](std::size_t i) -> std::string { return plain_octets[i] ? "true" : "false"; });
  std::printf("\n/* The error of each state, for an octet that has no rule there. */\n");
  array("uint8_t sli_expected_in", state_count, 11,
        [](std::size_t i) { return number(std::size_t(expected_in(static_cast<state>(i)))); });

  std::printf("\n/* The table: a row for each state, a packed cell for each kind of octet. */\n"
              "static const sli_packed_cell sli_packed_cells[%u][%u] = {\n",
              unsigned{state_count}, unsigned{octet_kinds});
  for (const auto& row : packed_cells) {
    std::printf("    {");
    for (std::size_t o = 0; o < row.size(); ++o)
      std::printf("%s{0x%xu}",
                  o == 0       ? ""
                  : o % 6 == 0 ? ",\n     "
                               : ", ",
                  static_cast<unsigned>(row[o].bits));
    std::printf("},\n");
  }
  std::printf("};\n");
}

void texts() {
  std::printf("#define SLI_VERSION %s\n", quoted(version).c_str());
  const auto error = [](auto text) {
    return [text](std::size_t i) { return quoted(text(static_cast<errc>(i))); };
  };
  const auto of_quirk = [](auto text) {
    return [text](std::size_t i) { return quoted(text(static_cast<quirk>(i))); };
  };
  std::printf("\n");
  array("char* const sli_error_names", errc_count, 1, error([](errc e) { return to_string(e); }));
  array("char* const sli_error_texts", errc_count, 1, error([](errc e) { return describe(e); }));
  array("char* const sli_quirk_names", quirk_count, 1,
        of_quirk([](quirk q) { return to_string(q); }));
  array("char* const sli_quirk_texts", quirk_count, 1,
        of_quirk([](quirk q) { return describe(q); }));

  const auto entries = iana.entries;
  std::printf(
      "\n/* The codes of IANA's HTTP Status Code Registry of %s, and what to send with each. */\n",
      std::string{iana.snapshot}.c_str());
  array("uint16_t sli_codes", entries.size(), 12,
        [&](std::size_t i) { return number(entries[i].code); });
  array("char* const sli_phrases", entries.size(), 1,
        [&](std::size_t i) { return quoted(phrase_of(entries[i].code)); });
}

} // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc == 2 ? argv[1] : "";
  if (what == "data")
    data();
  else if (what == "texts")
    texts();
  else
    return std::fprintf(stderr, "usage: tables data|texts\n"), 2;
  return std::fflush(stdout) == 0 ? 0 : 1;
}
