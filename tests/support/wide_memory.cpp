// SPDX-License-Identifier: MIT
#include "wide_memory.hpp"

#include <sys/mman.h>

#include <cstring>
#include <stdexcept>
#include <string>

namespace statusline::support {
namespace {

constexpr std::size_t block_size = std::size_t{2} << 20;

} // namespace

wide_memory::wide_memory(std::size_t size, char fill, on_write how)
    : size_{(size / block_size + 1) * block_size}, block_{std::tmpfile(), &std::fclose} {
  const std::string block(block_size, fill);
  if (!block_ || std::fwrite(block.data(), 1, block.size(), block_.get()) != block.size() ||
      std::fflush(block_.get()) != 0)
    throw std::runtime_error{"wide_memory: no temporary file"};
  // Reserves the whole range first, so that no other mapping gets between the blocks.
  void* const all =
      ::mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (all == MAP_FAILED)
    throw std::runtime_error{"wide_memory: no room for as many addresses"};
  bytes_ = static_cast<char*>(all);
  const int sharing = how == on_write::own_page ? MAP_PRIVATE : MAP_SHARED;
  for (std::size_t at = 0; at < size_; at += block_size)
    if (::mmap(bytes_ + at, block_size, PROT_READ | PROT_WRITE, sharing | MAP_FIXED | MAP_NORESERVE,
               ::fileno(block_.get()), 0) == MAP_FAILED)
      throw std::runtime_error{"wide_memory: a block cannot be mapped"};
}

wide_memory::~wide_memory() { ::munmap(bytes_, size_); }

void wide_memory::put(std::size_t at, std::string_view text) const noexcept {
  std::memcpy(bytes_ + at, text.data(), text.size());
}

} // namespace statusline::support
