// SPDX-License-Identifier: MIT
//
// parse_many and sl_parse_many: each row must be what parse_complete() returns for its line, no
// line may be missing, and the row after the last one must stay as it is. The last bytes define the
// policy and the number of rows.
#include "target.hpp"

#include <support/batch.hpp>

namespace statusline::fuzz {

complaint check(std::string_view input) {
  static fenced memory;
  tail numbers{input};
  const policy p = numbers.policy();
  const std::size_t capacity = numbers.byte();
  const std::string_view bytes = memory(numbers.rest());
  if (auto c = support::judge_many(bytes, p, capacity))
    return c;
  return support::judge_many_in_c(bytes, p, capacity);
}

} // namespace statusline::fuzz
