// SPDX-License-Identifier: MIT
//
// Where the body of a response ends (RFC 9112 section 6.3): the header fields that decide it, and
// the chunked coding.
#pragma once

#include "source.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace statusline::cli {

/// The header fields' information about the size of the body.
enum class framing : std::uint8_t {
  unspecified,       ///< neither field: the body ends with the connection
  length,            ///< Content-Length, and no Transfer-Encoding
  chunked,           ///< Transfer-Encoding, whose last coding is chunked
  not_chunked,       ///< Transfer-Encoding with another last coding: ends with the connection
  invalid_length,    ///< a Content-Length that is not 1*DIGIT under 2^63
  different_lengths, ///< Content-Lengths that are not the same number
};

/// The name of a framing that does not determine the size although a field is there, as in the JSON
/// member `framing`; "" for any other.
[[nodiscard]] std::string_view trouble_name(framing f) noexcept;
/// One sentence on it, for a person.
[[nodiscard]] std::string_view describe(framing f) noexcept;

/// Reads a header section in pieces of any size, in constant memory.
class framing_fields {
public:
  /// Reads the next bytes, LFs included.
  void read(std::string_view bytes);
  /// The result. Call it once, after the empty line.
  [[nodiscard]] framing finish();
  /// The value of Content-Length. Precondition: finish() returned framing::length.
  [[nodiscard]] std::uint64_t length() const noexcept { return *length_; }

private:
  enum class place : std::uint8_t { line_start, name, after_name, value, ignored };
  enum class field : std::uint8_t { other, content_length, transfer_encoding };

  void read(char c);
  void read_length(char c);
  void read_coding(char c);
  void end_of_length();
  void end_of_coding();
  void end_of_field();

  place place_ = place::line_start;
  field field_ = field::other;
  std::array<char, 17> name_{}; // in lower case; the longest name that counts has 17
  std::size_t name_size_ = 0;

  // Content-Length: the list member that is being read.
  std::uint64_t number_ = 0;
  bool has_digits_ = false, number_ended_ = false;
  // Of all members so far.
  std::optional<std::uint64_t> length_;
  bool has_length_ = false, invalid_ = false, different_ = false;

  // Transfer-Encoding: how many octets of the member match "chunked"; and where it stands.
  std::size_t matched_ = 0;
  bool has_coding_ = false, mismatch_ = false, in_parameters_ = false, quoted_ = false,
       escaped_ = false;
  bool has_transfer_encoding_ = false, last_is_chunked_ = false;
};

/// Whether the next bytes are `lower`, in any case. Waits for no byte that cannot matter.
[[nodiscard]] bool next_is(source& from, std::string_view lower, std::size_t at = 0);
/// Whether a status line begins there: `HTTP/` and a digit, in any case.
[[nodiscard]] bool version_follows(source& from, std::size_t at = 0);

/// Skips `size` bytes, or all there are. Returns how many are missing.
std::uint64_t skip_bytes(source& from, std::uint64_t size);
/// Skips a chunked body with its trailer section (RFC 9112 section 7.1). Stops at the first byte
/// that is not of that grammar, and at a trailer line that begins with a version. Returns false if
/// the source ends before the body does.
bool skip_chunked(source& from);

} // namespace statusline::cli
