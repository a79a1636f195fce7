// SPDX-License-Identifier: MIT
#pragma once

#include <statusline/statusline.h>
#include <statusline/statusline.hpp>

/// Compares results of the C library with those of the headers, member by member.
namespace statusline::support {

[[nodiscard]] inline sl_policy to_c(const policy& p) { return {p.max_size, p.allowed.bits()}; }

/// Precondition: both are about the same bytes, as the reasons must be the same ones.
[[nodiscard]] inline bool same_in_c(const sl_result& c, const parse_result& cpp) {
  const status_line& line = cpp.line;
  return int(c.error) == int(cpp.error) && c.end == cpp.end && c.refused == cpp.refused.bits() &&
         c.line.reason == line.reason.data() && c.line.reason_size == line.reason.size() &&
         c.line.quirks == line.quirks.bits() && c.line.code == line.code &&
         c.line.version_major == line.version.major && c.line.version_minor == line.version.minor;
}

[[nodiscard]] inline bool same_in_c(const sl_stream& c, const stream_parser& cpp) {
  const sl_stream_result r = sl_stream_line(&c);
  const stream_line line = cpp.line();
  return sl_stream_error(&c) == r.error && int(r.error) == int(cpp.error()) && r.end == cpp.end() &&
         r.refused == cpp.refused().bits() && r.reason_offset == line.reason_offset &&
         r.reason_size == line.reason_size && r.quirks == line.quirks.bits() &&
         r.code == line.code && r.version_major == line.version.major &&
         r.version_minor == line.version.minor;
}

} // namespace statusline::support
