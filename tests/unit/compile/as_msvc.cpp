// SPDX-License-Identifier: MIT
//
// The headers as MSVC compiles them, as far as Clang can imitate it: with __declspec and
// __forceinline, and with SSE2 without a __SSE2__. The standard's headers are not MSVC's.
#include "standard.h"

#define _MSC_VER 1940
#define _MSVC_LANG 202002L
#define _M_X64 100
#undef __GNUC__
#undef __SSE2__
#include <statusline/registry.hpp>
#include <statusline/statusline.h>
#include <statusline/statusline.hpp>
#include <statusline/version.hpp>

static_assert(statusline::detail::scan_name == "sse2");

unsigned use(std::string_view bytes) {
  statusline::stream_parser stream;
  stream.feed(bytes);
  const statusline::parse_result r = statusline::parse(bytes, statusline::permissive);
  return unsigned(statusline::assess(r.line, statusline::iana).phrase) + stream.line().code;
}
