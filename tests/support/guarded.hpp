// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace statusline::support {

/// Memory between two pages that nobody may read, so that one byte read outside of an input is a
/// crash, with any compiler and without a sanitizer. Holds up to `capacity` bytes.
class guarded {
public:
  static constexpr std::size_t capacity = 32768;

  guarded();
  ~guarded();
  guarded(const guarded&) = delete;
  guarded& operator=(const guarded&) = delete;

  /// The bytes, so placed that the first one follows a guard page. Read-only, like the next.
  std::string_view at_begin(std::string_view bytes);
  /// The bytes, so placed that a guard page follows the last one.
  std::string_view at_end(std::string_view bytes);

private:
  std::string_view place(char* to, std::string_view bytes);

  char* pages_; // guard, capacity, guard
  std::size_t page_;
};

} // namespace statusline::support
