// SPDX-License-Identifier: MIT
/// @file
/// statusline: the version, the status code and the reason phrase out of raw HTTP/1.x response
/// bytes (RFC 9112 section 4), with a name for everything irregular in the line.
///
///     #include <statusline/statusline.hpp>
///
///     const auto r = statusline::parse(bytes);              // strict: exactly the grammar
///     if (r) log(r.line.code, r.line.reason);               // views into bytes
///     else if (r.error == statusline::errc::need_more) ...  // some continuation is acceptable
///     else report(to_string(r.error), r.end, r.refused);    // the expected part, its offset, the
///                                                           // quirks to allow
///
/// No function allocates, or keeps state between calls: any thread may call any of them; use one
/// stream_parser from one thread at a time. Nothing throws, but for the callable that explain()
/// accepts. Everything is constexpr but the overloads for std::byte. This header is all of
/// statusline/parse.hpp, statusline/stream.hpp, statusline/batch.hpp, statusline/line.hpp,
/// statusline/quirk.hpp, statusline/error.hpp, statusline/explain.hpp, statusline/format.hpp and
/// statusline/write.hpp. The registries of codes and phrases are in statusline/registry.hpp.
///
/// Tested by readme_test, docs_test.
#pragma once

#include <statusline/batch.hpp>   // parse_many(): the lines of a buffer into columns
#include <statusline/error.hpp>   // errc: what was expected where parsing stopped
#include <statusline/explain.hpp> // explain(): which bytes show which quirk
#include <statusline/format.hpp>  // format(): a result as one line for a log
#include <statusline/line.hpp>    // status_line, http_version
#include <statusline/parse.hpp>   // parse(), parse_complete(), parse_result
#include <statusline/quirk.hpp>   // quirk, quirk_set, policy: strict, interop, permissive
#include <statusline/stream.hpp>  // stream_parser: the same, in pieces
#include <statusline/write.hpp>   // write(): a canonical line
