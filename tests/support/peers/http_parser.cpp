// SPDX-License-Identifier: MIT
#include "peer.hpp"

#include <http_parser.h>

#include <new>

// http_parser has no callback for the end of the line. It calls on_status for each piece of the
// reason, and at the CR or LF that ends the line (with no bytes if need be). A pause there stops
// the parser one byte past the CR or LF. After a CR one more byte is fed alone: it is the LF, or is
// refused. A loose build accepts any byte there.
namespace statusline::peers {
namespace {

struct session {
  http_parser parser;
  reason_collector* reason;
  const char* piece_end;
  bool line_over; ///< the piece contains the line end
  bool lf_due;    ///< the piece ends with the CR of the line end
};
static_assert(sizeof(session) <= sizeof(scratch::state));

int on_status(http_parser* p, const char* at, std::size_t size) {
  auto& s = *static_cast<session*>(p->data);
  s.reason->add(at, size);
  if (const auto left = s.piece_end - (at + size); left != 0) {
    const int line_end = at[size] == '\n' ? 1 : 2;
    s.line_over = left >= line_end;
    s.lf_due = left < line_end;
    if (left > line_end)
      http_parser_pause(p, 1);
  }
  return 0;
}

const http_parser_settings settings = [] {
  http_parser_settings s;
  http_parser_settings_init(&s);
  s.on_status = on_status;
  return s;
}();

void begin(session& s, reason_collector& reason) noexcept {
  reason.clear();
  http_parser_init(&s.parser, HTTP_RESPONSE);
  s.parser.data = &s;
  s.reason = &reason;
  s.line_over = s.lf_due = false;
}

answer refused(const http_parser& p, std::size_t end) noexcept {
  const http_errno error = HTTP_PARSER_ERRNO(&p);
  answer a;
  a.outcome = outcome::refused;
  a.end = end;
  a.error = http_errno_name(error);
  a.detail = http_errno_description(error);
  return a;
}

answer run(session& s, const char* data, std::size_t size, std::size_t before) noexcept {
  if (size == 0)
    return {}; // http_parser treats no bytes as the end of the input
  http_parser& p = s.parser;
  std::size_t used = 0;
  bool one_more = s.lf_due;
  if (!one_more) {
    s.piece_end = data + size;
    used = http_parser_execute(&p, &settings, data, size);
    const http_errno error = HTTP_PARSER_ERRNO(&p);
    if (error == HPE_PAUSED) {
      http_parser_pause(&p, 0);
      one_more = data[used - 1] != '\n';
    } else if (error != HPE_OK) {
      return refused(p, before + used);
    } else if (!s.line_over) {
      return {};
    }
  }
  if (one_more) {
    http_parser_execute(&p, &settings, data + used, 1);
    if (HTTP_PARSER_ERRNO(&p) != HPE_OK)
      return refused(p, before + used);
    ++used;
  }
  answer a;
  a.outcome = outcome::accepted;
  a.code = static_cast<std::uint16_t>(p.status_code);
  a.major = p.http_major;
  a.minor = p.http_minor;
  a.reason = s.reason->text();
  a.end = before + used;
  return a;
}

answer parse(const char* data, std::size_t size, scratch& s) noexcept {
  session one;
  begin(one, s.reason);
  return run(one, data, size, 0);
}

void start(scratch& s) noexcept {
  begin(*new (s.state.data()) session, s.reason);
  s.fed = 0;
}

answer feed(const char* data, std::size_t size, scratch& s) noexcept {
  const answer a = run(*reinterpret_cast<session*>(s.state.data()), data, size, s.fed);
  if (a.outcome == outcome::need_more) {
    s.reason.keep();
    s.fed += size;
  }
  return a;
}

/// Only a loose build accepts any byte after a CR in place of the LF.
bool is_strict() {
  constexpr std::string_view probe = "HTTP/1.1 200 OK\rX";
  session one;
  reason_collector reason;
  begin(one, reason);
  return run(one, probe.data(), probe.size(), 0).outcome == outcome::refused;
}

std::string version() {
  const unsigned long v = http_parser_version();
  return std::to_string(v >> 16 & 255) + '.' + std::to_string(v >> 8 & 255) + '.' +
         std::to_string(v & 255) + (is_strict() ? " (strict)" : " (loose)") +
         ", the installed library";
}

} // namespace

extern const peer http_parser_peer{
    .name = "http_parser",
    .version = version,
    .beyond = "nothing: it stops after the line; a parser is initialised for each line, a callback "
              "is called, and if more bytes follow a CRLF, its LF takes a second call",
    .needs_head = false,
    .reentrant = true,
    .parse = parse,
    .start = start,
    .feed = feed,
};

} // namespace statusline::peers
