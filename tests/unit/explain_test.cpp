// SPDX-License-Identifier: MIT
//
// explain() except for its findings, which corpus/cases_test.cpp and corpus/exhaustive_test.cpp
// judge.
#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <utility>

namespace statusline {
namespace {

static_assert([] {
  std::size_t size = 0;
  explain("ICY 200 OK\r\n", permissive, [&](quirk, std::size_t, std::size_t n) { size += n; });
  return size == 3;
}());

// explain() calls its argument as an lvalue.
template <class F>
concept called = requires(F&& f) {
  explain("", strict, std::forward<F>(f));
};
struct only_lvalue {
  void operator()(quirk, std::size_t, std::size_t) & {}
};
struct only_rvalue {
  void operator()(quirk, std::size_t, std::size_t) && {}
};
static_assert(called<only_lvalue> && called<only_lvalue&> && called<void (&)(quirk, int, int)>);
static_assert(!called<only_rvalue> && !called<only_rvalue&> && !called<const only_lvalue>);

TEST(Explain, CallsAFunctionThatChanges) {
  std::size_t calls = 0;
  explain("http/1.1  200 OK\n", permissive, [&calls](quirk, std::size_t, std::size_t) { ++calls; });
  EXPECT_EQ(calls, 3u);
}

} // namespace
} // namespace statusline
