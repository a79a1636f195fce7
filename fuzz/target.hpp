// SPDX-License-Identifier: MIT
#pragma once

#include <support/cases.hpp>
#include <support/guarded.hpp>
#include <support/judge.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Shared by the fuzz targets of this folder. Each *_fuzzer.cpp defines only `check`.
namespace statusline::fuzz {

using support::complaint;

/// Returns "" if all is well, else the difference: fuzz/entry.cpp prints it and aborts.
complaint check(std::string_view input);

/// Returns a complaint about these bytes.
inline std::string about(std::string_view bytes, std::string_view what) {
  return std::string{what} + "\n  input   " + corpus::escape(bytes);
}

/// Reads numbers from the end of an input, so that a mutation of the line before them moves none.
class tail {
public:
  explicit tail(std::string_view input) : rest_{input} {}

  /// Returns 0 if no byte is left.
  unsigned byte() {
    if (rest_.empty())
      return 0;
    const auto last = static_cast<unsigned char>(rest_.back());
    rest_.remove_suffix(1);
    return last;
  }
  /// Any set of quirks, and a limit that is small, the usual one, or at 2^32. No input reaches that
  /// limit, but one cut to 32 bits would be small. Three zeros are `strict`.
  statusline::policy policy() {
    constexpr unsigned wide = 0xf0;
    const unsigned low = byte();
    const auto allowed = quirk_set::from_bits(low | byte() << 8);
    const unsigned limit = byte();
    if (limit >= wide)
      return {allowed, static_cast<std::size_t>((std::uint64_t{1} << 32) + limit - wide)};
    return limit == 0 ? statusline::policy{allowed} : statusline::policy{allowed, limit - 1};
  }
  /// The bytes before the numbers.
  [[nodiscard]] std::string_view rest() const { return rest_; }

private:
  std::string_view rest_;
};

/// Copies bytes next to a guard page, so that reading one too many crashes. Their size decides on
/// which side.
class fenced {
public:
  std::string_view operator()(std::string_view bytes) {
    if (bytes.size() > support::guarded::capacity)
      bytes = bytes.substr(0, support::guarded::capacity);
    return bytes.size() % 2 == 0 ? pages_.at_end(bytes) : pages_.at_begin(bytes);
  }

private:
  support::guarded pages_;
};

} // namespace statusline::fuzz
