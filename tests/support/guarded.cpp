// SPDX-License-Identifier: MIT
#include "guarded.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace statusline::support {

guarded::guarded() : page_{static_cast<std::size_t>(sysconf(_SC_PAGESIZE))} {
  void* const pages =
      mmap(nullptr, capacity + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED)
    throw std::runtime_error("guarded: mmap failed");
  pages_ = static_cast<char*>(pages);
}

guarded::~guarded() { munmap(pages_, capacity + 2 * page_); }

std::string_view guarded::at_begin(std::string_view bytes) { return place(pages_ + page_, bytes); }

std::string_view guarded::at_end(std::string_view bytes) {
  return place(pages_ + page_ + capacity - bytes.size(), bytes);
}

std::string_view guarded::place(char* to, std::string_view bytes) {
  if (bytes.size() > capacity)
    throw std::length_error("guarded: input over the capacity");
  const auto protect = [this](int how) {
    if (mprotect(pages_ + page_, capacity, how) != 0)
      throw std::runtime_error("guarded: mprotect failed");
  };
  protect(PROT_READ | PROT_WRITE);
  if (!bytes.empty())
    std::memcpy(to, bytes.data(), bytes.size());
  protect(PROT_READ); // the input is never written
  return {to, bytes.size()};
}

} // namespace statusline::support
