// SPDX-License-Identifier: MIT
/// @file
/// `explain()`: which bytes of a line show which quirk. `describe()`: what an error expected.
///
/// Tested by explain_test, quirk_test, cases_test, exhaustive_test.
#pragma once

#include <statusline/parse.hpp>

namespace statusline {

namespace detail {
/// A callable for explain(), which calls it as an lvalue.
template <class F>
concept takes_runs = std::invocable<F&, quirk, std::size_t, std::size_t>;
} // namespace detail

/// Parses a complete input and calls `f(quirk, offset, size)` for each stretch of bytes that shows
/// a quirk; both count bytes, `offset` from the start of the input. The stretches come in order of
/// offset; those at one offset in the order of `quirk`. `size` is 0 for missing_reason,
/// short_version, missing_version and unterminated, which show before the byte at `offset`. Returns
/// what parse_complete() returns; on an error, the stretches are those before `end`, all allowed.
///
///     explain(bytes, permissive, [](quirk q, std::size_t offset, std::size_t size) { ... });
///
/// The result views `bytes`: it is valid as long as they are. O(end). An exception of `f` passes
/// through to the caller.
template <detail::takes_runs F>
constexpr parse_result explain(std::string_view bytes, policy p, F&& f) {
  struct walker {
    detail::state where = detail::state::start;
    quirk_set shows; // the quirks that the last octet showed, or completed
    constexpr void step(detail::octet o) noexcept {
      const detail::cell& entry = detail::grammar(where, o);
      if (!detail::continues.contains(where))
        shows = entry.shows;
      where = entry.next;
    }
  };
  constexpr quirk_set missing = {quirk::missing_reason, quirk::short_version,
                                 quirk::missing_version, quirk::unterminated};

  const parse_result result = parse_complete(bytes, p);
  const bool cut_off = result && result.line.quirks.contains(quirk::unterminated);
  const auto octet_at = [&](std::size_t i) {
    return i < result.end ? detail::octet_of[static_cast<unsigned char>(bytes[i])]
                          : detail::octet::end;
  };

  walker here;
  for (std::size_t i = 0; i < result.end + (cut_off ? 1 : 0); ++i) {
    const quirk_set before = here.shows;
    here.step(octet_at(i));
    for (const quirk q : here.shows) {
      if (missing.contains(q)) {
        f(q, i, std::size_t{0});
      } else if (!before.contains(q)) {
        std::size_t size = 1;
        for (walker ahead = here; i + size < result.end; ++size) {
          ahead.step(octet_at(i + size));
          if (!ahead.shows.contains(q))
            break;
        }
        f(q, i, size);
      }
    }
  }
  return result;
}

namespace detail {
/// The octets that a state expects, as text for an error there; "" where describe(errc) is as
/// precise.
constexpr std::string_view expectation(state where, bool digit_found) noexcept {
  using enum state;
  switch (where) {
  case slash: return "Expected a digit: the major version.";
  case major:
    return digit_found ? "A major version is one digit." : "Expected a dot in the version.";
  case dot: return "Expected a digit: the minor version.";
  case minor:
    return digit_found ? "A minor version is one digit."
                       : "Expected one space (SP) after the version.";
  case icy: return "Expected one space (SP) after \"ICY\".";
  case gap: return "Expected the first digit of the status code.";
  case digit_1: return "Expected the second of three digits of the status code.";
  case digit_2: return "Expected the third of three digits of the status code.";
  case digit_3:
    return digit_found ? "A status code has exactly three digits."
                       : "Expected one space (SP) after the status code.";
  case cr: return "Expected LF after CR.";
  default: return "";
  }
}
} // namespace detail

/// One sentence for a person: what was expected at `r.end`, more precise than describe(r.error): it
/// tells the version from the code, and a further digit from another byte. Precondition: `r` is the
/// result of a parse of `bytes`. O(end), static lifetime, a NUL after it.
///
///     log(r.end, describe(r, bytes)); // 12: A status code has exactly three digits.
[[nodiscard]] constexpr std::string_view describe(const parse_result& r,
                                                  std::string_view bytes) noexcept {
  if (r.error == errc::ok || r.error == errc::need_more || r.error == errc::too_long)
    return describe(r.error);
  detail::state where = detail::state::start;
  const std::size_t at = (std::min)(r.end, bytes.size());
  for (std::size_t i = 0; i < at; ++i) {
    const detail::octet kind = detail::octet_of[static_cast<unsigned char>(bytes[i])];
    where = detail::packed_cells[static_cast<std::size_t>(where)][static_cast<std::size_t>(kind)]
                .next();
  }
  const bool digit_found = at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9';
  const std::string_view precise = detail::expectation(where, digit_found);
  return precise.empty() ? describe(r.error) : precise;
}

/// An array of char does not compile: it would be read up to a NUL. Pass the size:
/// `describe(r, {buffer, n})`.
template <std::size_t N>
std::string_view describe(const parse_result&, char (&unsized_buffer)[N]) = delete;

/// explain() for bytes that come as std::byte. Not constexpr. O(end).
template <detail::takes_runs F>
parse_result explain(std::span<const std::byte> bytes, policy p, F&& f) {
  return explain({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, p, f);
}

/// A temporary that owns its bytes does not compile: the reason would dangle.
template <detail::owning_temporary T, class F> parse_result explain(T&&, policy, F&&) = delete;
/// An array of char does not compile: it would be read up to a NUL. Pass the size:
/// `explain({buffer, n}, ...)`.
template <std::size_t N, class F>
parse_result explain(char (&unsized_buffer)[N], policy, F&&) = delete;

} // namespace statusline
