// SPDX-License-Identifier: MIT
#include "lookalike.hpp"
#include "text.hpp"

#include <statusline/statusline.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>

namespace statusline::cli {
namespace {

using namespace std::string_view_literals;

constexpr bool begins_with_any(std::string_view bytes,
                               std::initializer_list<std::string_view> beginnings) noexcept {
  return std::ranges::any_of(beginnings, [&](auto b) { return bytes.starts_with(b); });
}
/// Whether the bytes begin with `text`, which is in lower case, in any case.
constexpr bool begins_in_any_case(std::string_view bytes, std::string_view text) noexcept {
  return bytes.size() >= text.size() &&
         std::ranges::equal(bytes.substr(0, text.size()), text, {}, lower);
}
/// Whether the bytes are the name and a digit.
constexpr bool has_version(std::string_view bytes, std::string_view name) noexcept {
  return bytes.starts_with(name) && bytes.size() > name.size() && is_digit(bytes[name.size()]);
}
template <class Predicate>
constexpr std::size_t count_while(std::string_view bytes, Predicate is) noexcept {
  return static_cast<std::size_t>(std::ranges::find_if_not(bytes, is) - bytes.begin());
}
constexpr std::string_view without_blanks(std::string_view bytes) noexcept {
  return bytes.substr(
      count_while(bytes, [](char c) { return " \t\r\n"sv.find(c) != std::string_view::npos; }));
}
constexpr std::string_view first_line(std::string_view bytes) noexcept {
  return bytes.substr(0, bytes.find_first_of("\r\n"));
}

/// Whether the first line is a method, a target, and a version of this protocol (RFC 9112 section
/// 3).
constexpr bool is_request(std::string_view bytes, std::string_view protocol) noexcept {
  const std::string_view line = first_line(bytes);
  const std::size_t method = count_while(line, is_token);
  const std::size_t last = line.rfind(' ');
  return method > 0 && last != line.npos && last > method + 1 && line[method] == ' ' &&
         has_version(line.substr(last + 1), protocol);
}

/// TLSPlaintext of RFC 8446 section 5.1: the type of the record, and a version of SSL 3 to TLS 1.3.
constexpr bool is_tls(std::string_view bytes, char type) noexcept {
  return bytes.size() >= 3 && bytes[0] == type && bytes[1] == '\x03' &&
         static_cast<unsigned char>(bytes[2]) <= 4;
}

/// A frame header of RFC 9113 section 4.1 that a server sends first: SETTINGS or GOAWAY, on the
/// stream 0.
constexpr bool is_http2_frame(std::string_view bytes) noexcept {
  return bytes.size() >= 9 && bytes[0] == '\0' && (bytes[3] == '\x04' || bytes[3] == '\x07') &&
         bytes.substr(5, 4) == "\0\0\0\0"sv;
}

constexpr bool is_chunk_size(std::string_view bytes) noexcept {
  const std::size_t digits = count_while(
      bytes, [](char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); });
  const std::string_view rest = bytes.substr(
      digits + count_while(bytes.substr(digits), [](char c) { return c == ' ' || c == '\t'; }));
  return digits > 0 && digits <= 16 && begins_with_any(rest, {"\r\n", "\n", ";"});
}

constexpr bool is_json(std::string_view bytes) noexcept {
  const std::string_view text = without_blanks(bytes);
  if (text.empty() || (text[0] != '{' && text[0] != '['))
    return false;
  const std::string_view inside = without_blanks(text.substr(1));
  if (inside.empty())
    return true;
  return text[0] == '{' ? inside[0] == '"' || inside[0] == '}'
                        : is_digit(inside[0]) || R"({["]-tfn)"sv.find(inside[0]) != inside.npos;
}

struct row {
  std::string_view name;
  std::string_view sentence;
  bool (*matches)(std::string_view) noexcept;
};

// The first row that matches counts.
constexpr std::array rows = {
    row{"tls_alert", "This is a TLS alert: the server expects TLS on this port.",
        [](std::string_view b) noexcept { return is_tls(b, '\x15'); }},
    row{"tls_handshake", "This is a TLS handshake: the sender expects TLS on this port.",
        [](std::string_view b) noexcept { return is_tls(b, '\x16'); }},
    row{"http2", "This is HTTP/2, whose frames are binary: it has no status line.",
        [](std::string_view b) noexcept {
          return is_http2_frame(b) || b.starts_with("PRI * HTTP/2");
        }},
    row{"gzip", "This is gzip: a compressed body or file. Decompress it first.",
        [](std::string_view b) noexcept { return b.starts_with("\x1f\x8b"); }},
    row{"pcap", "This is a packet capture. Extract its TCP streams first (tcpflow, tshark).",
        [](std::string_view b) noexcept {
          return begins_with_any(b, {"\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1",
                                     "\xa1\xb2\x3c\x4d", "\x0a\x0d\x0d\x0a"});
        }},
    row{"utf8_bom", "A byte order mark of UTF-8 stands first; a status line has none.",
        [](std::string_view b) noexcept { return b.starts_with("\xef\xbb\xbf"); }},
    row{"utf16", "This is text in UTF-16; a status line is ASCII.",
        [](std::string_view b) noexcept {
          return begins_with_any(b, {"\xff\xfe", "\xfe\xff", "H\0T\0"sv, "\0H\0T"sv});
        }},
    row{"rtsp", "This is RTSP, not HTTP.",
        [](std::string_view b) noexcept {
          return has_version(b, "RTSP/") || is_request(b, "RTSP/");
        }},
    row{"sip", "This is SIP, not HTTP.",
        [](std::string_view b) noexcept {
          return has_version(b, "SIP/") || is_request(b, "SIP/");
        }},
    row{"ntrip", "This is the source table of an NTRIP caster, not HTTP.",
        [](std::string_view b) noexcept { return b.starts_with("SOURCETABLE"); }},
    row{"ssh", "This is the first line of an SSH server.",
        [](std::string_view b) noexcept { return has_version(b, "SSH-"); }},
    row{"warc", "This is a WARC file: the responses are in its records.",
        [](std::string_view b) noexcept { return has_version(b, "WARC/"); }},
    row{"request_line", "This is a request, not a response.",
        [](std::string_view b) noexcept { return is_request(b, "HTTP/"); }},
    row{"reply_line",
        "This is a reply as FTP and SMTP send it: a code without a protocol before it.",
        [](std::string_view b) noexcept {
          return b.size() > 3 && is_digit(b[0]) && is_digit(b[1]) && is_digit(b[2]) &&
                 (b[3] == ' ' || b[3] == '-');
        }},
    row{"chunk_size", "This is the size of a chunk: these bytes are inside a chunked body.",
        is_chunk_size},
    row{"header_field", "This is a header field: the status line stands before it.",
        [](std::string_view b) noexcept {
          const std::size_t name = count_while(b, is_token);
          return name > 0 && name < b.size() && b[name] == ':';
        }},
    row{"html", "This is HTML: a body without a status line and header fields before it.",
        [](std::string_view b) noexcept {
          const std::string_view text = without_blanks(b);
          return text.size() > 1 && text[0] == '<' &&
                 (is_letter(text[1]) || begins_in_any_case(text, "<!doctype html") ||
                  text.starts_with("<!--"));
        }},
    row{"json", "This is JSON: a body without a status line and header fields before it.", is_json},
};

} // namespace

lookalike looks_like(std::string_view bytes) {
  const policy any{quirk_set::all(), SIZE_MAX};
  const errc verdict = parse(bytes, any).error;
  if (verdict == errc::ok || verdict == errc::need_more || begins_with_any(bytes, {"HTTP", "ICY"}))
    return {};
  const auto found = std::ranges::find_if(rows, [&](const row& r) { return r.matches(bytes); });
  return found == rows.end() ? lookalike{} : lookalike{found->name, found->sentence};
}

std::optional<std::size_t> status_line_at(std::string_view bytes, const policy& p) {
  static const auto may_begin = [] { // most bytes begin no line: looked up once, not at each offset
    const policy any{quirk_set::all() - quirk::leading_blank, SIZE_MAX};
    std::array<bool, 256> can{};
    for (unsigned byte = 0; byte < can.size(); ++byte) {
      const char c = static_cast<char>(byte);
      can[byte] = parse({&c, 1}, any).error == errc::need_more;
    }
    return can;
  }();
  const policy here{p.allowed - quirk::leading_blank, p.max_size};
  for (std::size_t at = 1; at < bytes.size() && at <= p.max_size; ++at)
    if (may_begin[static_cast<unsigned char>(bytes[at])] && parse_complete(bytes.substr(at), here))
      return at;
  return std::nullopt;
}

} // namespace statusline::cli
