// SPDX-License-Identifier: MIT
#pragma once

#include "peer.hpp"

#include <functional>

/// llhttp for a walk through all its states: a parser whose whole state is a value that can be
/// copied, compared and hashed. The results of callbacks are in the step, not in the state.
namespace statusline::peers {

/// The bytes of an `llhttp_t` after a step, normalized: equal bytes mean equal behaviour on every
/// continuation. Kept are the fields that later steps read: `_current`, `_index`, `error`, `type`,
/// `finish`, `http_major`, `http_minor`, `status_code`, flags, and (constant within a status line)
/// `method`, `header_state`, `content_length`, `lenient_flags`, `initial_message_completed`.
/// Normalized, with the reason why a walk loses nothing:
///   `_span_pos0`  where an open span began in the last piece; only its being null is ever read, as
///                 llhttp_execute sets it again from the next piece: null or constant
///   `_span_cb0`   read only while a span is open: else null (llhttp leaves the last one there)
///   `reason`, `error_pos`  written on an error, never read: null, the step has them
///   `data`, `settings`     the host's: null, set again for each step
/// Equal within one run of the program. The two of an open span are addresses, so hashes differ
/// from run to run.
struct machine_state {
  alignas(8) std::array<std::byte, 128> bytes{};

  friend bool operator==(const machine_state&, const machine_state&) noexcept = default;
};

/// The fields with a meaning for a reader.
struct machine_fields {
  std::uint64_t current = 0; ///< llparse's state number: of the version, not the same in the next
  int index = 0;             ///< how far a fixed sequence ("HTTP/") is matched
  int code = 0;
  int major = 0;
  int minor = 0;
  int error = 0;        ///< HPE_*; sticky
  bool in_span = false; ///< the next byte may belong to a version or reason under way

  friend bool operator==(const machine_fields&, const machine_fields&) noexcept = default;
};

/// The result of one step. After `accepted` or `refused` the machine does not move.
struct machine_step {
  peers::outcome outcome = peers::outcome::need_more;
  /// On `accepted`, the end of the line; on `refused`, where llhttp reports that it stopped: at the
  /// byte or one past it.
  std::size_t used = 0;
  std::string_view reason{}; ///< the bytes of this piece that were reported as reason
  const char* error = "";
  const char* detail = "";
};

struct machine {
  const char* name; ///< the peer's
  std::string (*version)();
  std::size_t size; ///< bytes of `machine_state` in use
  machine_state (*start)();
  machine_step (*step)(machine_state& m, const char* data, std::size_t size) noexcept;
  machine_fields (*fields)(const machine_state& m) noexcept;
  /// Writes code, major and minor, and no other field: for a walk that reduces them.
  void (*set_numbers)(machine_state& m, const machine_fields& from) noexcept;
};

/// The machines in this build: `llhttp`, `llhttp9`, both or none.
[[nodiscard]] std::span<const machine> llhttp_machines();

} // namespace statusline::peers

template <> struct std::hash<statusline::peers::machine_state> {
  std::size_t operator()(const statusline::peers::machine_state& m) const noexcept {
    return std::hash<std::string_view>{}(
        {reinterpret_cast<const char*>(m.bytes.data()), m.bytes.size()});
  }
};
