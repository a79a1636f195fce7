// SPDX-License-Identifier: MIT
#include "llhttp_machine.hpp"

#include "llhttp9.h" // made by wasm2c

#include <initializer_list>

// llhttp 9 as npm's undici contains it: a WebAssembly module that wasm2c has translated to C. The
// module imports one function per callback and has none for "status complete". But it exports
// llhttp_init, which expects a table of callbacks. So this host writes a table into the module's
// memory, with `wasm_on_status` as on_status and `wasm_on_message_complete` (the same type) as
// on_status_complete. There is one module with one parser; its 64 bytes are copied in and out.

/// The data of the imported functions. They read it from `env` here, not from their argument: for a
/// call through the module's function table, wasm2c 1.0.32 passes the address of the pointer.
struct Z_env_instance_t {
  statusline::peers::reason_collector* reason = nullptr;
  const char* data = nullptr; ///< the bytes at `input` in the module's memory
  std::uint32_t input = 0;
};

namespace statusline::peers {
namespace {

Z_env_instance_t env;

constexpr std::uint32_t response = 2, hpe_ok = 0, hpe_paused = 21;

// The layout of llhttp 9.3's structs in a 32-bit memory.
constexpr std::size_t parser_size = 64;
namespace at {
constexpr std::size_t index = 0, span_pos = 4, span_cb = 8, error = 12, reason = 16, error_pos = 20,
                      data = 24, current = 28, major = 42, minor = 43, code = 52, settings = 56;
}
constexpr std::size_t settings_size = std::size_t{25} * 4;
constexpr std::uint32_t on_status = 3 * 4, on_message_complete = 12 * 4,
                        on_status_complete = 15 * 4;

constexpr std::uint32_t input_size = 65536;

/// The initialized module: `parser` and `settings` are addresses in its memory.
struct module {
  Z_llhttp9_instance_t instance{};
  std::uint32_t parser = 0;
  std::uint32_t settings = 0;

  module() {
    wasm_rt_init();
    Z_llhttp9_init_module();
    Z_llhttp9_instantiate(&instance, &env);
    Z_llhttp9Z__initialize(&instance);
    parser = Z_llhttp9Z_llhttp_alloc(&instance, response);
    settings = Z_llhttp9Z_malloc(&instance, settings_size);
    env.input = Z_llhttp9Z_malloc(&instance, input_size);

    const auto theirs = get<std::uint32_t>(parser + at::settings);
    std::memset(memory(settings), 0, settings_size);
    put(settings + on_status, get<std::uint32_t>(theirs + on_status));
    put(settings + on_status_complete, get<std::uint32_t>(theirs + on_message_complete));
  }

  [[nodiscard]] std::uint8_t* memory(std::size_t address) noexcept {
    return Z_llhttp9Z_memory(&instance)->data + address;
  }
  template <class T> [[nodiscard]] T get(std::size_t address) noexcept {
    T value;
    std::memcpy(&value, memory(address), sizeof value);
    return value;
  }
  template <class T> void put(std::size_t address, T value) noexcept {
    std::memcpy(memory(address), &value, sizeof value);
  }
  /// A string in the module's data. It never moves, as nothing is allocated after the start.
  [[nodiscard]] const char* text(std::uint32_t address) noexcept {
    return address != 0 ? reinterpret_cast<const char*>(memory(address)) : "";
  }

  void init() noexcept { Z_llhttp9Z_llhttp_init(&instance, parser, response, settings); }
  void load(const std::byte* from) noexcept { std::memcpy(memory(parser), from, parser_size); }
  void save(std::byte* to) noexcept { std::memcpy(to, memory(parser), parser_size); }

  answer run(const char* data, std::size_t size, std::size_t before,
             reason_collector& reason) noexcept {
    answer a;
    env.reason = &reason;
    for (std::size_t done = 0; done != size;) {
      const auto piece = static_cast<std::uint32_t>(std::min<std::size_t>(size - done, input_size));
      env.data = data + done;
      std::memcpy(memory(env.input), env.data, piece);
      const auto error = Z_llhttp9Z_llhttp_execute(&instance, parser, env.input, piece);
      if (error != hpe_ok) {
        a.end = before + done + (Z_llhttp9Z_llhttp_get_error_pos(&instance, parser) - env.input);
        if (error == hpe_paused) {
          a.outcome = outcome::accepted;
          a.code = get<std::uint16_t>(parser + at::code);
          a.major = get<std::uint8_t>(parser + at::major);
          a.minor = get<std::uint8_t>(parser + at::minor);
          a.reason = reason.text();
        } else {
          a.outcome = outcome::refused;
          a.error = text(Z_llhttp9Z_llhttp_errno_name(&instance, error));
          a.detail = text(Z_llhttp9Z_llhttp_get_error_reason(&instance, parser));
        }
        break;
      }
      done += piece;
    }
    return a;
  }
};

module& wasm() {
  static module m;
  return m;
}

answer parse(const char* data, std::size_t size, scratch& s) noexcept {
  s.reason.clear();
  wasm().init();
  return wasm().run(data, size, 0, s.reason);
}

void start(scratch& s) noexcept {
  s.reason.clear();
  s.fed = 0;
  wasm().init();
  wasm().save(s.state.data());
}

answer feed(const char* data, std::size_t size, scratch& s) noexcept {
  wasm().load(s.state.data());
  const answer a = wasm().run(data, size, s.fed, s.reason);
  wasm().save(s.state.data());
  if (a.outcome == outcome::need_more) {
    s.reason.keep();
    s.fed += size;
  }
  return a;
}

std::string version() {
  return "9 (lenient flags off), from WebAssembly in " STATUSLINE_LLHTTP9_ORIGIN;
}

// The machine.

std::uint32_t word(const machine_state& m, std::size_t offset) noexcept {
  std::uint32_t value;
  std::memcpy(&value, m.bytes.data() + offset, sizeof value);
  return value;
}
void set_word(machine_state& m, std::size_t offset, std::uint32_t value) noexcept {
  std::memcpy(m.bytes.data() + offset, &value, sizeof value);
}

machine_state machine_start() {
  machine_state m;
  wasm().init();
  wasm().save(m.bytes.data());
  set_word(m, at::settings, 0);
  return m;
}

machine_step step(machine_state& m, const char* data, std::size_t size) noexcept {
  static reason_collector reason;
  if (const auto error = word(m, at::error); error != hpe_ok)
    return {.outcome = error == hpe_paused ? outcome::accepted : outcome::refused};

  reason.clear();
  set_word(m, at::settings, wasm().settings);
  wasm().load(m.bytes.data());
  const answer a = wasm().run(data, size, 0, reason);
  wasm().save(m.bytes.data());
  const bool in_span = word(m, at::span_pos) != 0;
  set_word(m, at::span_pos, in_span ? 1 : 0);
  if (!in_span)
    set_word(m, at::span_cb, 0);
  for (const auto field : {at::reason, at::error_pos, at::data, at::settings})
    set_word(m, field, 0);
  return {.outcome = a.outcome,
          .used = a.outcome == outcome::need_more ? size : a.end,
          .reason = reason.text(),
          .error = a.error,
          .detail = a.detail};
}

machine_fields fields(const machine_state& m) noexcept {
  return {.current = word(m, at::current),
          .index = static_cast<int>(word(m, at::index)),
          .code = static_cast<int>(word(m, at::code) & 0xffff),
          .major = static_cast<int>(m.bytes[at::major]),
          .minor = static_cast<int>(m.bytes[at::minor]),
          .error = static_cast<int>(word(m, at::error)),
          .in_span = word(m, at::span_pos) != 0};
}

void set_numbers(machine_state& m, const machine_fields& from) noexcept {
  const auto code = static_cast<std::uint16_t>(from.code);
  std::memcpy(m.bytes.data() + at::code, &code, sizeof code);
  m.bytes[at::major] = static_cast<std::byte>(from.major);
  m.bytes[at::minor] = static_cast<std::byte>(from.minor);
}

} // namespace

extern const peer llhttp9_peer{
    .name = "llhttp9",
    .version = version,
    .beyond =
        "nothing: it stops after the line; but it runs in a WebAssembly sandbox (bounds checks, "
        "input copied in): no measure of its speed",
    .needs_head = false,
    .reentrant = false,
    .parse = parse,
    .start = start,
    .feed = feed,
};

extern const machine llhttp9_machine{"llhttp9", version, parser_size, machine_start,
                                     step,      fields,  set_numbers};

} // namespace statusline::peers

extern "C" {
u32 Z_envZ_wasm_on_status(Z_env_instance_t*, u32, u32 at, u32 size) {
  using statusline::peers::env;
  env.reason->add(env.data + (at - env.input), size);
  return 0;
}
u32 Z_envZ_wasm_on_message_complete(Z_env_instance_t*, u32) {
  return statusline::peers::hpe_paused;
}

// Never called: not in the table.
u32 Z_envZ_wasm_on_message_begin(Z_env_instance_t*, u32) { return 0; }
u32 Z_envZ_wasm_on_url(Z_env_instance_t*, u32, u32, u32) { return 0; }
u32 Z_envZ_wasm_on_header_field(Z_env_instance_t*, u32, u32, u32) { return 0; }
u32 Z_envZ_wasm_on_header_value(Z_env_instance_t*, u32, u32, u32) { return 0; }
u32 Z_envZ_wasm_on_headers_complete(Z_env_instance_t*, u32, u32, u32, u32) { return 0; }
u32 Z_envZ_wasm_on_body(Z_env_instance_t*, u32, u32, u32) { return 0; }
}
