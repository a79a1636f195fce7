// SPDX-License-Identifier: MIT
#include "peer.hpp"

// httparse, a Rust library, through httparse_shim.rs.
extern "C" {
struct httparse_answer {
  std::uint8_t outcome;
  std::uint8_t minor;
  std::uint16_t code;
  const char* reason;
  std::size_t reason_size;
  const char* error;
};
httparse_answer statusline_httparse(const char* data, std::size_t size);
}

namespace statusline::peers {
namespace {

answer parse(const char* data, std::size_t size, scratch&) noexcept {
  const httparse_answer theirs = statusline_httparse(data, size);
  answer a;
  a.outcome = static_cast<outcome>(theirs.outcome);
  a.error = theirs.error;
  if (a.outcome == outcome::accepted) {
    a.code = theirs.code;
    a.major = 1; // it takes no other
    a.minor = theirs.minor;
    // An empty reason may be a constant of httparse: also if it dropped a reason with a byte over
    // 0x7f.
    if (theirs.reason_size != 0)
      a.reason = {theirs.reason, theirs.reason_size};
  }
  return a;
}

} // namespace

extern const peer httparse_peer{
    .name = "httparse",
    .version = [] { return std::string{STATUSLINE_HTTPARSE_ORIGIN}; },
    .beyond = "the first header field, if there is one: it is given no room for it and stops after "
              "it; a reason with a byte over 0x7f comes back empty",
    .needs_head = false,
    .reentrant = true,
    .parse = parse,
    .start = nullptr,
    .feed = nullptr,
};

} // namespace statusline::peers
