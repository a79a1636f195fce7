// SPDX-License-Identifier: MIT
//
// Prints corpus/cases as rows of C, for a program that has only the two files of the C library.
#include "support/cases.hpp"

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

using namespace statusline;

namespace {

/// Returns a literal of C. Octal escapes of 3 digits do not depend on the next byte.
std::string quoted(std::string_view bytes) {
  std::string out = "\"";
  for (const char c : bytes) {
    char octal[8];
    std::snprintf(octal, sizeof octal, "\\%03o", static_cast<unsigned char>(c));
    out.append(octal);
  }
  out.append("\"");
  return out;
}

} // namespace

int main() {
  try {
    for (const corpus::example& e : corpus::read_cases()) {
      for (const corpus::expectation& x : e.expectations) {
        const corpus::verdict& v = x.want;
        std::printf("{\"%s, %s\", %s, %zu, {(size_t)%zuu, %uu}, %d, %d, %zu, %uu, %u, %u, %u, %s, "
                    "%zu, %uu},\n",
                    e.name.c_str(), x.policy_name.c_str(), quoted(e.input).c_str(), e.input.size(),
                    x.policy.max_size, unsigned{x.policy.allowed.bits()}, int{x.complete},
                    int(v.error), v.end, unsigned{v.refused.bits()}, unsigned{v.version.major},
                    unsigned{v.version.minor}, unsigned{v.code}, quoted(v.reason).c_str(),
                    v.reason.size(), unsigned{v.quirks.bits()});
      }
    }
  } catch (const std::exception& e) {
    return std::fprintf(stderr, "print_cases: %s\n", e.what()), 1;
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}
