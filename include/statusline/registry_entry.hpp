// SPDX-License-Identifier: MIT
/// @file
/// The row of a registry, and of the list of aliases. Apart from registry.hpp because the generated
/// registry_tables.hpp is made of these; a user includes registry.hpp.
///
/// Tested by registry_test.
#pragma once

#include <statusline/compiler.hpp>

#include <cstdint>
#include <string_view>

namespace statusline {

/// The state of a code that a registry lists.
enum class entry_state : std::uint8_t {
  assigned,   ///< in force
  temporary,  ///< registered for a time, while its specification is being written
  deprecated, ///< in force, and not to be sent any more (RFC 9110 section 15.4.6: 305)
  unused,     ///< reserved, without a meaning (RFC 9110 section 15.4.7: 306)
  obsolete,   ///< its specification is no longer in force (510)
};

/// How many values `entry_state` has.
inline constexpr std::uint8_t entry_state_count = 5;

/// The advice to a client about repeating its request, as the specification words it: most codes
/// have `none`.
enum class client_advice : std::uint8_t {
  none,                     ///< the specification is silent
  modify_request,           ///< change the request, then repeat it (RFC 9110 section 15.5.12: 411)
  do_not_repeat_unmodified, ///< do not repeat it as it is of your own accord (15.5.4: 403)
  authenticate,             ///< repeat it with credentials for the resource (15.5.2: 401)
  authenticate_with_proxy,  ///< repeat it with credentials for the proxy (15.5.8: 407)
  repeat_later,             ///< repeat it later, no time is given (RFC 8470 section 5.2: 425)
  repeat_after_delay,       ///< repeat it after the time in Retry-After, else a delay (15.6.4: 503)
  repeat_if_retry_after,    ///< repeat it only if Retry-After tells when (15.5.14: 413)
  repeat_on_new_connection, ///< repeat it over another connection (15.5.20: 421)
};

/// How many values `client_advice` has.
inline constexpr std::uint8_t client_advice_count = 9;

/// One code of a registry. The texts are views: of literals in the built-in registries, and of
/// memory of the caller's in any other registry.
struct registry_entry {
  std::uint16_t code = 0;                     ///< 0 to 999, each once in a registry
  entry_state state = entry_state::assigned;  ///< the state of the code
  client_advice advice = client_advice::none; ///< what a client is told to do about it
  bool heuristically_cacheable = false; ///< RFC 9110 section 15.1; false where a registry is silent
  std::string_view phrase;              ///< byte for byte; nothing if the registry has none
  std::string_view meaning = {};        ///< one sentence, or nothing
  std::string_view reference = {};      ///< what defines the code, or nothing

  /// Whether all members are equal, texts by their bytes. O(size of the texts).
  friend constexpr bool operator==(const registry_entry&, const registry_entry&) noexcept = default;
};

/// Where a phrase comes from that is not the registered one of its code.
enum class alias_kind : std::uint8_t {
  former,       ///< an older RFC had it
  alias,        ///< servers or libraries send it
  unregistered, ///< servers or libraries send it, with a code that IANA has not registered
};

/// How many values `alias_kind` has.
inline constexpr std::uint8_t alias_kind_count = 3;

/// A phrase that is sent with a code in place of the registered one.
struct phrase_alias {
  std::uint16_t code = 0;              ///< the code that it is sent with
  alias_kind kind = alias_kind::alias; ///< who sends it
  std::string_view phrase;             ///< byte for byte

  /// Whether all members are equal, the phrase by its bytes. O(size of the phrase).
  friend constexpr bool operator==(const phrase_alias&, const phrase_alias&) noexcept = default;
};

/// The name as it is spelled above. O(1), static lifetime; "" for a value outside the enumeration.
[[nodiscard]] constexpr std::string_view to_string(entry_state s) noexcept {
  switch (s) {
  case entry_state::assigned: return "assigned";
  case entry_state::temporary: return "temporary";
  case entry_state::deprecated: return "deprecated";
  case entry_state::unused: return "unused";
  case entry_state::obsolete: return "obsolete";
  }
  return "";
}

/// The name as it is spelled above. O(1), static lifetime; "" for a value outside the enumeration.
[[nodiscard]] constexpr std::string_view to_string(client_advice a) noexcept {
  switch (a) {
  case client_advice::none: return "none";
  case client_advice::modify_request: return "modify_request";
  case client_advice::do_not_repeat_unmodified: return "do_not_repeat_unmodified";
  case client_advice::authenticate: return "authenticate";
  case client_advice::authenticate_with_proxy: return "authenticate_with_proxy";
  case client_advice::repeat_later: return "repeat_later";
  case client_advice::repeat_after_delay: return "repeat_after_delay";
  case client_advice::repeat_if_retry_after: return "repeat_if_retry_after";
  case client_advice::repeat_on_new_connection: return "repeat_on_new_connection";
  }
  return "";
}

/// The name as it is spelled above. O(1), static lifetime; "" for a value outside the enumeration.
[[nodiscard]] constexpr std::string_view to_string(alias_kind k) noexcept {
  switch (k) {
  case alias_kind::former: return "former";
  case alias_kind::alias: return "alias";
  case alias_kind::unregistered: return "unregistered";
  }
  return "";
}

/// One sentence for a person: what the client should do. O(1), static lifetime, a NUL after it.
[[nodiscard]] constexpr std::string_view describe(client_advice a) noexcept {
  switch (a) {
  case client_advice::none: return "The specification does not cover repeating the request.";
  case client_advice::modify_request: return "Change the request before repeating it.";
  case client_advice::do_not_repeat_unmodified:
    return "Do not repeat the request unchanged unless the user asks for it.";
  case client_advice::authenticate:
    return "Repeat the request with valid credentials for the resource.";
  case client_advice::authenticate_with_proxy:
    return "Repeat the request with valid credentials for the proxy.";
  case client_advice::repeat_later: return "Repeat the request later.";
  case client_advice::repeat_after_delay:
    return "Repeat the request after the time in Retry-After, or after a delay if there is none.";
  case client_advice::repeat_if_retry_after:
    return "Repeat the request only if there is a Retry-After, after the time in it.";
  case client_advice::repeat_on_new_connection:
    return "Repeat the request over another connection.";
  }
  return "";
}

} // namespace statusline
