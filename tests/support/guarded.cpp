// SPDX-License-Identifier: MIT
#include "guarded.hpp"

#include <cstdint>
#include <cstring>
#include <stdexcept>

#ifdef _WIN32
#define NOMINMAX 1
#include <windows.h>
#else
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace statusline::support {
namespace {

enum class access : std::uint8_t { none, read, write };

#ifdef _WIN32
constexpr DWORD native(access how) {
  return how == access::none ? PAGE_NOACCESS : how == access::read ? PAGE_READONLY : PAGE_READWRITE;
}
std::size_t page_size() {
  SYSTEM_INFO info{};
  GetSystemInfo(&info);
  return info.dwPageSize;
}
void* allocate(std::size_t size) {
  return VirtualAlloc(nullptr, size, MEM_RESERVE | MEM_COMMIT, native(access::none));
}
void release(void* pages, std::size_t /*size*/) { VirtualFree(pages, 0, MEM_RELEASE); }
bool protect(void* pages, std::size_t size, access how) {
  DWORD before = 0;
  return VirtualProtect(pages, size, native(how), &before) != 0;
}
#else
constexpr int native(access how) {
  return how == access::none ? PROT_NONE : how == access::read ? PROT_READ : PROT_READ | PROT_WRITE;
}
std::size_t page_size() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }
void* allocate(std::size_t size) {
  void* const pages = mmap(nullptr, size, native(access::none), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED ? nullptr : pages;
}
void release(void* pages, std::size_t size) { munmap(pages, size); }
bool protect(void* pages, std::size_t size, access how) {
  return mprotect(pages, size, native(how)) == 0;
}
#endif

} // namespace

guarded::guarded()
    : pages_{static_cast<char*>(allocate(capacity + 2 * page_size()))}, page_{page_size()} {
  if (pages_ == nullptr)
    throw std::runtime_error("guarded: no pages");
}

guarded::~guarded() { release(pages_, capacity + 2 * page_); }

std::string_view guarded::at_begin(std::string_view bytes) { return place(pages_ + page_, bytes); }

std::string_view guarded::at_end(std::string_view bytes) {
  return place(pages_ + page_ + capacity - bytes.size(), bytes);
}

std::string_view guarded::place(char* to, std::string_view bytes) {
  if (bytes.size() > capacity)
    throw std::length_error("guarded: input over the capacity");
  const auto set = [this](access how) {
    if (!protect(pages_ + page_, capacity, how))
      throw std::runtime_error("guarded: the pages cannot be protected");
  };
  set(access::write);
  if (!bytes.empty())
    std::memcpy(to, bytes.data(), bytes.size());
  set(access::read); // the input is never written
  return {to, bytes.size()};
}

} // namespace statusline::support
