// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace statusline::support {

/// Memory between two unreadable pages, so that reading one byte outside an input crashes, with any
/// compiler and without a sanitizer. Holds up to `capacity` bytes.
class guarded {
public:
  static constexpr std::size_t capacity = 32768;

  guarded();
  ~guarded();
  guarded(const guarded&) = delete;
  guarded& operator=(const guarded&) = delete;

  /// The bytes, with a guard page right before the first one. Read-only, like the next.
  std::string_view at_begin(std::string_view bytes);
  /// The bytes, with a guard page right after the last one.
  std::string_view at_end(std::string_view bytes);

private:
  std::string_view place(char* to, std::string_view bytes);

  char* pages_; // guard, capacity, guard
  std::size_t page_;
};

} // namespace statusline::support
