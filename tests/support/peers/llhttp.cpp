// SPDX-License-Identifier: MIT
#include "llhttp_machine.hpp"

#include <llhttp.h>

#include <new>

// llhttp as a C library: Debian's sources of 8.1.0, or an installed 9. The line is complete when it
// calls on_status_complete; a pause there stops the parser one byte past the LF.
namespace statusline::peers {
namespace {

int on_status(llhttp_t* p, const char* at, std::size_t size) {
  static_cast<reason_collector*>(p->data)->add(at, size);
  return 0;
}

int on_status_complete(llhttp_t*) { return HPE_PAUSED; }

const llhttp_settings_t settings = [] {
  llhttp_settings_t s;
  llhttp_settings_init(&s);
  s.on_status = on_status;
  s.on_status_complete = on_status_complete;
  return s;
}();

void begin(llhttp_t& p, reason_collector& reason) noexcept {
  llhttp_init(&p, HTTP_RESPONSE, &settings);
  p.data = &reason;
  reason.clear();
}

answer run(llhttp_t& p, const char* data, std::size_t size, std::size_t before,
           const reason_collector& reason) noexcept {
  answer a;
  const llhttp_errno_t error = llhttp_execute(&p, data, size);
  if (error == HPE_OK)
    return a;
  a.end = before + static_cast<std::size_t>(llhttp_get_error_pos(&p) - data);
  if (error == HPE_PAUSED) {
    a.outcome = outcome::accepted;
    a.code = p.status_code;
    a.major = p.http_major;
    a.minor = p.http_minor;
    a.reason = reason.text();
  } else {
    a.outcome = outcome::refused;
    a.error = llhttp_errno_name(error);
    a.detail = llhttp_get_error_reason(&p);
  }
  return a;
}

answer parse(const char* data, std::size_t size, scratch& s) noexcept {
  llhttp_t p;
  begin(p, s.reason);
  return run(p, data, size, 0, s.reason);
}

static_assert(sizeof(llhttp_t) <= sizeof(scratch::state));

llhttp_t& parser_in(scratch& s) noexcept { return *reinterpret_cast<llhttp_t*>(s.state.data()); }

void start(scratch& s) noexcept {
  begin(*new (s.state.data()) llhttp_t, s.reason);
  s.fed = 0;
}

answer feed(const char* data, std::size_t size, scratch& s) noexcept {
  const answer a = run(parser_in(s), data, size, s.fed, s.reason);
  if (a.outcome == outcome::need_more) {
    s.reason.keep();
    s.fed += size;
  }
  return a;
}

std::string version() {
  return std::to_string(LLHTTP_VERSION_MAJOR) + '.' + std::to_string(LLHTTP_VERSION_MINOR) + '.' +
         std::to_string(LLHTTP_VERSION_PATCH) +
         " (" STATUSLINE_LLHTTP_MODE "), from " STATUSLINE_LLHTTP_ORIGIN;
}

// The machine.

static_assert(sizeof(llhttp_t) <= sizeof(machine_state));

llhttp_t& parser_in(machine_state& m) noexcept {
  return *reinterpret_cast<llhttp_t*>(m.bytes.data());
}
const llhttp_t& parser_in(const machine_state& m) noexcept {
  return *reinterpret_cast<const llhttp_t*>(m.bytes.data());
}

void normalise(llhttp_t& p) noexcept {
  static char somewhere;
  p._span_pos0 = p._span_pos0 != nullptr ? &somewhere : nullptr;
  if (p._span_pos0 == nullptr)
    p._span_cb0 = nullptr;
  p.reason = nullptr;
  p.error_pos = nullptr;
  p.data = nullptr;
  p.settings = nullptr;
}

machine_state machine_start() {
  machine_state m;
  llhttp_init(new (m.bytes.data()) llhttp_t, HTTP_RESPONSE, nullptr);
  return m;
}

machine_step step(machine_state& m, const char* data, std::size_t size) noexcept {
  static reason_collector reason;
  llhttp_t& p = parser_in(m);
  if (p.error != HPE_OK)
    return {.outcome = p.error == HPE_PAUSED ? outcome::accepted : outcome::refused};

  reason.clear();
  p.data = &reason;
  p.settings = const_cast<llhttp_settings_t*>(&settings);
  const answer a = run(p, data, size, 0, reason);
  normalise(p);
  return {.outcome = a.outcome,
          .used = a.outcome == outcome::need_more ? size : a.end,
          .reason = reason.text(),
          .error = a.error,
          .detail = a.detail};
}

machine_fields fields(const machine_state& m) noexcept {
  const llhttp_t& p = parser_in(m);
  return {.current = reinterpret_cast<std::uintptr_t>(p._current),
          .index = p._index,
          .code = p.status_code,
          .major = p.http_major,
          .minor = p.http_minor,
          .error = p.error,
          .in_span = p._span_pos0 != nullptr};
}

void set_numbers(machine_state& m, const machine_fields& from) noexcept {
  llhttp_t& p = parser_in(m);
  p.status_code = static_cast<std::uint16_t>(from.code);
  p.http_major = static_cast<std::uint8_t>(from.major);
  p.http_minor = static_cast<std::uint8_t>(from.minor);
}

} // namespace

extern const peer llhttp_peer{
    .name = "llhttp",
    .version = version,
    .beyond = "nothing: it stops after the line; a parser is initialised for each line, and two "
              "callbacks are called",
    .needs_head = false,
    .reentrant = true,
    .parse = parse,
    .start = start,
    .feed = feed,
};

extern const machine llhttp_machine{"llhttp", version, sizeof(llhttp_t), machine_start,
                                    step,     fields,  set_numbers};

} // namespace statusline::peers
