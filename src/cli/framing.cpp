// SPDX-License-Identifier: MIT
#include "framing.hpp"
#include "text.hpp"

#include <algorithm>

namespace statusline::cli {
namespace {

constexpr std::string_view chunked = "chunked";

/// A bare CR is read as SP (RFC 9112 section 2.2), and so is the line break of a folded line.
constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
constexpr int hex_value(int c) noexcept {
  if (is_digit(c))
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}
/// HTAB, SP, VCHAR or obs-text.
constexpr bool is_field_byte(int c) noexcept { return c == '\t' || (c >= ' ' && c != 0x7f); }

/// The next byte, or -1 at the end of the source.
int next(source& from) {
  const std::string_view seen = from.peek(1);
  return seen.empty() ? -1 : static_cast<unsigned char>(seen.front());
}

bool skip_one(source& from, char c) {
  if (next(from) != static_cast<unsigned char>(c))
    return false;
  from.skip(1);
  return true;
}

template <class Predicate> std::uint64_t skip_while(source& from, Predicate wanted) {
  const std::uint64_t begin = from.offset();
  while (wanted(next(from)))
    from.skip(1);
  return from.offset() - begin;
}

bool skip_crlf(source& from) { return skip_one(from, '\r') && skip_one(from, '\n'); }

/// chunk-size [ chunk-ext ] CRLF; also with blanks after the size, which old servers send.
std::optional<std::uint64_t> read_chunk_size(source& from) {
  std::uint64_t size = 0;
  bool has_digits = false;
  for (int value = 0; (value = hex_value(next(from))) >= 0; has_digits = true) {
    if (size >> 59 != 0)
      return {}; // 2^63 and more
    size = size * 16 + static_cast<unsigned>(value);
    from.skip(1);
  }
  if (!has_digits)
    return {};
  skip_while(from, [](int c) { return c == ' ' || c == '\t'; });
  if (next(from) == ';')
    skip_while(from, is_field_byte);
  if (!skip_crlf(from))
    return {};
  return size;
}

} // namespace

std::string_view trouble_name(framing f) noexcept {
  switch (f) {
  case framing::unspecified:
  case framing::length:
  case framing::chunked: return "";
  case framing::not_chunked: return "not_chunked";
  case framing::invalid_length: return "invalid_length";
  case framing::different_lengths: return "different_lengths";
  }
  return "";
}

std::string_view describe(framing f) noexcept {
  switch (f) {
  case framing::unspecified: return "No field limits the body; it ends with the connection.";
  case framing::length: return "Content-Length is the size of the body.";
  case framing::chunked: return "The body is chunked.";
  case framing::not_chunked:
    return "The last coding of Transfer-Encoding is not chunked; the body ends with the "
           "connection.";
  case framing::invalid_length:
    return "Content-Length is not a number of bytes; the rest is read as the body.";
  case framing::different_lengths:
    return "Content-Length has different values; the rest is read as the body.";
  }
  return "";
}

void framing_fields::read(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (place_ == place::ignored) { // most bytes
      i = std::min(bytes.find('\n', i), bytes.size());
      if (i < bytes.size())
        place_ = place::line_start;
      continue;
    }
    read(bytes[i]);
  }
}

void framing_fields::read(char c) {
  if (place_ == place::line_start) {
    if (c == ' ' || c == '\t') { // a folded line (RFC 9112 section 5.2) continues the field
      place_ = field_ == field::other ? place::ignored : place::value;
    } else {
      end_of_field();
      name_size_ = 0;
      place_ = place::name;
    }
  }
  switch (place_) {
  case place::name:
  case place::after_name:
    if (c == ':') {
      const std::string_view name{name_.data(), name_size_};
      if (name == "content-length")
        field_ = field::content_length;
      else if (name == "transfer-encoding")
        field_ = field::transfer_encoding;
      has_length_ = has_length_ || field_ == field::content_length;
      has_transfer_encoding_ = has_transfer_encoding_ || field_ == field::transfer_encoding;
      place_ = field_ == field::other ? place::ignored : place::value;
    } else if (c == '\n') {
      place_ = place::line_start;
    } else if (c == ' ' || c == '\t') {
      place_ = place::after_name; // to be removed before the colon (RFC 9112 section 5.1)
    } else if (place_ == place::after_name || name_size_ == name_.size()) {
      place_ = place::ignored;
    } else {
      name_[name_size_++] = lower(c);
    }
    return;
  case place::value:
    if (field_ == field::content_length)
      read_length(c);
    else
      read_coding(c);
    if (c == '\n')
      place_ = place::line_start;
    return;
  case place::line_start:
  case place::ignored: return;
  }
}

void framing_fields::read_length(char c) {
  constexpr std::uint64_t most = INT64_MAX;
  if (c == ',') {
    end_of_length();
  } else if (is_blank(c)) {
    number_ended_ = has_digits_;
  } else if (!is_digit(c) || number_ended_ || number_ > most / 10) {
    invalid_ = true;
  } else {
    number_ = number_ * 10 + static_cast<unsigned>(c - '0');
    has_digits_ = true;
    invalid_ = invalid_ || number_ > most;
  }
}

void framing_fields::end_of_length() {
  if (!has_digits_)
    invalid_ = true;
  else if (length_ && *length_ != number_)
    different_ = true;
  length_ = number_;
  number_ = 0;
  has_digits_ = number_ended_ = false;
}

void framing_fields::read_coding(char c) {
  if (quoted_) {
    quoted_ = escaped_ || c != '"';
    escaped_ = !escaped_ && c == '\\';
  } else if (c == ',') {
    end_of_coding();
  } else if (c == ';') {
    in_parameters_ = true;
  } else if (in_parameters_) {
    quoted_ = c == '"';
  } else if (!is_blank(c)) {
    has_coding_ = true;
    mismatch_ = mismatch_ || matched_ >= chunked.size() || lower(c) != chunked[matched_];
    ++matched_;
  } else if (has_coding_ && matched_ < chunked.size()) {
    mismatch_ = true; // "chun ked"
  }
}

void framing_fields::end_of_coding() {
  if (has_coding_) // empty members do not count (RFC 9110 section 5.6.1)
    last_is_chunked_ = !mismatch_ && matched_ == chunked.size();
  matched_ = 0;
  has_coding_ = mismatch_ = in_parameters_ = quoted_ = escaped_ = false;
}

void framing_fields::end_of_field() {
  if (field_ == field::content_length)
    end_of_length();
  else if (field_ == field::transfer_encoding)
    end_of_coding();
  field_ = field::other;
}

framing framing_fields::finish() {
  end_of_field();
  if (has_transfer_encoding_) // overrides Content-Length (RFC 9112 section 6.3)
    return last_is_chunked_ ? framing::chunked : framing::not_chunked;
  if (!has_length_)
    return framing::unspecified;
  if (invalid_)
    return framing::invalid_length;
  return different_ ? framing::different_lengths : framing::length;
}

bool next_is(source& from, std::string_view wanted, std::size_t at) {
  for (const char c : wanted) {
    const std::string_view seen = from.peek(++at);
    if (seen.size() < at || lower(seen[at - 1]) != c)
      return false;
  }
  return true;
}

bool version_follows(source& from, std::size_t at) {
  constexpr std::string_view protocol = "http/";
  if (!next_is(from, protocol, at))
    return false;
  const std::size_t digit = at + protocol.size();
  const std::string_view seen = from.peek(digit + 1);
  return seen.size() > digit && is_digit(seen[digit]);
}

std::uint64_t skip_bytes(source& from, std::uint64_t size) {
  for (std::string_view seen; size > 0 && !(seen = from.peek(1)).empty();) {
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(size, seen.size()));
    from.skip(step);
    size -= step;
  }
  return size;
}

bool skip_chunked(source& from) {
  const auto more = [&from] { return !from.peek(1).empty(); };
  for (;;) {
    const auto size = read_chunk_size(from);
    if (!size)
      return more();
    if (*size == 0)
      break;
    if (skip_bytes(from, *size) != 0)
      return false;
    if (!skip_crlf(from))
      return more();
  }
  while (next(from) != '\r') {
    if (version_follows(from) || skip_while(from, is_token) == 0 || !skip_one(from, ':'))
      return more();
    skip_while(from, is_field_byte);
    if (!skip_crlf(from))
      return more();
  }
  return skip_crlf(from) || more();
}

} // namespace statusline::cli
