// SPDX-License-Identifier: MIT
//
// A trap for every way to the heap: operator new here, malloc and its family by the linker's
// --wrap.
#include <statusline/registry.hpp>
#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

namespace {

// volatile: the compiler knows malloc, and assumes that it changes neither of these.
volatile bool trap_is_set = false;
volatile std::size_t caught = 0;

void note_allocation() {
  if (trap_is_set)
    caught = caught + 1;
}

} // namespace

extern "C" { // NOLINTBEGIN(bugprone-reserved-identifier): the linker makes these names
void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* old, std::size_t size);
void* __wrap_malloc(std::size_t size) {
  note_allocation();
  return __real_malloc(size);
}
void* __wrap_calloc(std::size_t count, std::size_t size) {
  note_allocation();
  return __real_calloc(count, size);
}
void* __wrap_realloc(void* old, std::size_t size) {
  note_allocation();
  return __real_realloc(old, size);
}
} // NOLINTEND(bugprone-reserved-identifier)

// Not inlined, or GCC warns that each is half of a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
  note_allocation();
  void* const p = __real_malloc(size);
  if (p == nullptr)
    throw std::bad_alloc{};
  return p;
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace statusline {
namespace {

template <class F> std::size_t allocations_in(F f) {
  caught = 0;
  trap_is_set = true;
  f();
  trap_is_set = false;
  return caught;
}

TEST(Allocation, TheTrapWorks) {
  // volatile, or the compiler removes the pairs
  EXPECT_GE(allocations_in([] {
              void* volatile p = std::malloc(1);
              std::free(p);
            }),
            1u);
  EXPECT_GE(allocations_in([] {
              int* volatile p = new int{1};
              delete p;
            }),
            1u);
}

TEST(Allocation, TheLibraryNeverAllocates) {
  const std::string long_reason = "HTTP/1.1 200 " + std::string(8000, 'x') + "\r\n";
  const std::string_view inputs[] = {
      "HTTP/1.1 200 OK\r\n",   "\nhttp 200\x01 x\r\r\n", "HTTP/1.1 20", "HTTP/1.1 200",
      "ICY 404 Not Found\r\n", "HTTP/1.1 2000\r\n",      long_reason,   ""};
  char out[9000];
  std::size_t sum = 0; // so that no call is optimised away
  EXPECT_EQ(allocations_in([&] {
              for (const std::string_view bytes : inputs) {
                for (const policy& p : {strict, interop, permissive}) {
                  const parse_result r = parse_complete(bytes, p);
                  sum += parse(bytes, p).end + write(out, r.line);
                  sum +=
                      explain(bytes, p, [&](quirk, std::size_t at, std::size_t) { sum += at; }).end;
                  stream_parser stream{p};
                  for (const char c : bytes)
                    sum += stream.feed({&c, 1}).used;
                  sum += static_cast<std::size_t>(stream.finish());
                  sum += to_string(r.error).size() + describe(r.error).size();
                  for (const registry* known : {&iana, &documented}) {
                    sum += static_cast<std::size_t>(assess(r.line, *known).phrase);
                    sum += known->find("not found") != nullptr;
                  }
                  sum += notes(r.line).size();
                }
              }
            }),
            0u);
  EXPECT_GT(sum, 0u);
}

} // namespace
} // namespace statusline
