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

/// What the fuzz targets of this folder share. Each *_fuzzer.cpp defines `check`, and nothing else.
namespace statusline::fuzz {

using support::complaint;

/// Nothing where all is well, else what is wrong: fuzz/entry.cpp prints it and aborts.
complaint check(std::string_view input);

/// A complaint about these bytes.
inline std::string about(std::string_view bytes, std::string_view what) {
  return std::string{what} + "\n  input   " + corpus::escape(bytes);
}

/// Numbers off the end of an input, so that what a mutator does to the line before them moves none.
class tail {
public:
  explicit tail(std::string_view input) : rest_{input} {}

  /// 0 once nothing is left.
  unsigned byte() {
    if (rest_.empty())
      return 0;
    const auto last = static_cast<unsigned char>(rest_.back());
    rest_.remove_suffix(1);
    return last;
  }
  /// Any set of quirks, and a limit that is small, the usual one, or at 2^32: no input meets that,
  /// but it would be a small one if it was cut to 32 bits. Three zeros are `strict`.
  statusline::policy policy() {
    constexpr unsigned wide = 0xf0;
    const unsigned low = byte();
    const auto allowed = quirk_set::from_bits(low | byte() << 8);
    const unsigned limit = byte();
    if (limit >= wide)
      return {allowed, static_cast<std::size_t>((std::uint64_t{1} << 32) + limit - wide)};
    return limit == 0 ? statusline::policy{allowed} : statusline::policy{allowed, limit - 1};
  }
  /// What no number was taken from.
  [[nodiscard]] std::string_view rest() const { return rest_; }

private:
  std::string_view rest_;
};

/// Puts bytes where one read too far is a crash: on one side of them is a guard page, on which one
/// their size decides.
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
