// SPDX-License-Identifier: MIT
#include "target.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto wrong = statusline::fuzz::check({reinterpret_cast<const char*>(data), size});
  if (wrong) {
    std::fprintf(stderr, "%s\n", wrong->c_str());
    std::abort();
  }
  return 0;
}
