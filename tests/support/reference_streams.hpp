// SPDX-License-Identifier: MIT
#pragma once

#include <support/reference_parser.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/// Finds the heads in a stream of responses a second time: all bytes are in memory, and each rule
/// of the design is written as it is worded there. It is the oracle of `--follow`.
namespace statusline::reference {

enum class bodies : std::uint8_t { automatic, none, skip };

struct head {
  std::size_t offset = 0;
  std::string_view framing; ///< the trouble with its fields: "not_chunked", ...; or nothing
};

struct heads {
  std::vector<head> list;
  std::size_t body_bytes = 0;
};

[[nodiscard]] heads heads_of(std::string_view bytes, const policy& p, bodies rule);

} // namespace statusline::reference
