// SPDX-License-Identifier: MIT
//
// The C ABI: the C++ library in plain structs. No decision is taken here.

#include <statusline/registry.hpp>
#include <statusline/statusline.h>
#include <statusline/statusline.hpp>
#include <statusline/version.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <type_traits>

using namespace statusline;

namespace {

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

constexpr policy from_c(sl_policy p) noexcept {
  return {quirk_set::from_bits(p.allowed), p.max_size};
}
static_assert(from_c(SL_STRICT) == strict && from_c(SL_INTEROP) == interop &&
              from_c(SL_PERMISSIVE) == permissive);

constexpr sl_error to_c(errc e) noexcept { return static_cast<sl_error>(e); }

sl_result to_c(const parse_result& r) noexcept {
  const status_line& line = r.line;
  // Volatile, so that it is read by itself: GCC 12 reads code and version as one word, which waits
  // for the two stores before it (2.6 times the time of parse() in place of 1.4).
  const volatile std::uint16_t& code = line.code;
  return {{line.reason.data(), line.reason.size(), line.quirks.bits(), code, line.version.major,
           line.version.minor},
          r.end,
          r.refused.bits(),
          to_c(r.error)};
}

/// In the last word of a stream that sl_stream_init() has made ready. No bytes but those that it
/// wrote are read as a parser: zeros would be one that has accepted a line.
constexpr std::uint64_t ready = 0x6d61657274735f6c;
constexpr std::size_t last = std::size(decltype(sl_stream::opaque){}) - 1;

// The stream is copied in and out: so the caller's bytes are never read as an object of another
// type, and the compiler makes registers of it.
static_assert(sizeof(sl_stream) == 96 &&
              sizeof(stream_parser) <= sizeof(sl_stream) - sizeof ready &&
              std::is_trivially_copyable_v<stream_parser>);

/// A stream that was not made ready loads as a parser of limit 0, which reports too_long.
stream_parser load(const sl_stream* from) noexcept {
  stream_parser parser{{{}, 0}};
  if (from->opaque[last] == ready)
    std::memcpy(&parser, from->opaque, sizeof parser);
  return parser;
}

void store(sl_stream* to, const stream_parser& parser) noexcept {
  std::memcpy(to->opaque, &parser, sizeof parser);
}

constexpr bool known(int error) noexcept { return error >= 0 && error < errc_count; }

constexpr quirk first(sl_quirks quirks) noexcept {
  return static_cast<quirk>(std::countr_zero(quirks));
}

// Texts go out as they are, so each must be a whole literal with its NUL.
static_assert(std::ranges::all_of(
    iana.entries, [](std::string_view phrase) { return phrase.data()[phrase.size()] == '\0'; },
    &registry_entry::phrase));

} // namespace

sl_result sl_parse(const char* bytes, size_t size, sl_policy policy) noexcept {
  return to_c(parse(std::string_view{bytes, size}, from_c(policy)));
}

sl_result sl_parse_complete(const char* bytes, size_t size, sl_policy policy) noexcept {
  return to_c(parse_complete(std::string_view{bytes, size}, from_c(policy)));
}

void sl_stream_init(sl_stream* stream, sl_policy policy) noexcept {
  store(stream, stream_parser{from_c(policy)});
  stream->opaque[last] = ready;
}

void sl_stream_reset(sl_stream* stream) noexcept {
  stream_parser parser = load(stream);
  parser.reset();
  store(stream, parser);
}

sl_piece sl_stream_feed(sl_stream* stream, const char* bytes, size_t size) noexcept {
  stream_parser parser = load(stream);
  const feed_result got = parser.feed(std::string_view{bytes, size});
  store(stream, parser);
  // C forbids memcpy and fwrite from NULL, even of nothing.
  const std::string_view reason = got.reason_part.empty() ? "" : got.reason_part;
  return {reason.data(), reason.size(), got.used, to_c(got.error)};
}

sl_error sl_stream_finish(sl_stream* stream) noexcept {
  stream_parser parser = load(stream);
  const errc error = parser.finish();
  store(stream, parser);
  return to_c(error);
}

sl_error sl_stream_error(const sl_stream* stream) noexcept { return to_c(load(stream).error()); }

sl_stream_result sl_stream_line(const sl_stream* stream) noexcept {
  const stream_parser parser = load(stream);
  const stream_line line = parser.line();
  return {parser.end(),       line.reason_offset,      line.reason_size,
          line.quirks.bits(), parser.refused().bits(), to_c(parser.error()),
          line.code,          line.version.major,      line.version.minor};
}

size_t sl_write(char* out, size_t out_size, const sl_line* line) noexcept {
  return write({out, out_size}, {{line->reason, line->reason_size},
                                 line->code,
                                 {line->version_major, line->version_minor},
                                 {}});
}

const char* sl_phrase(unsigned code) noexcept {
  const registry_entry* entry = iana.find(code);
  return entry != nullptr ? entry->phrase.data() : nullptr;
}

const char* sl_error_name(int error) noexcept {
  return known(error) ? to_string(static_cast<errc>(error)).data() : "";
}

const char* sl_strerror(int error) noexcept {
  return known(error) ? describe(static_cast<errc>(error)).data() : "";
}

const char* sl_quirk_name(sl_quirks quirks) noexcept { return to_string(first(quirks)).data(); }

const char* sl_quirk_text(sl_quirks quirks) noexcept { return describe(first(quirks)).data(); }

const char* sl_version() noexcept { return version.data(); }
