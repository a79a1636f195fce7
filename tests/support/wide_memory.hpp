// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string_view>

namespace statusline::support {

/// More addresses than there is memory: one block of equal bytes, mapped over and over. So a test
/// can have inputs of over 2^32 bytes.
class wide_memory {
public:
  /// The effect of a write: it changes a separate page, or the block, and so every copy of it.
  enum class on_write : bool { own_page, every_block };

  /// At least `size` bytes, each of them `fill`.
  wide_memory(std::size_t size, char fill, on_write how = on_write::own_page);
  ~wide_memory();
  wide_memory(const wide_memory&) = delete;
  wide_memory& operator=(const wide_memory&) = delete;

  [[nodiscard]] char* data() const noexcept { return bytes_; }
  [[nodiscard]] std::string_view first(std::size_t size) const noexcept { return {bytes_, size}; }
  /// Writes a text at an offset. With own_page it is there alone.
  void put(std::size_t at, std::string_view text) const noexcept;

private:
  std::size_t size_; // a multiple of the block's
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> block_;
  char* bytes_;
};

} // namespace statusline::support
