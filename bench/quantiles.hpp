// SPDX-License-Identifier: MIT
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace statusline::bench {

/// The value that so many tenths of the repetitions do not exceed.
inline double quantile(std::vector<double> values, std::size_t tenths) {
  std::sort(values.begin(), values.end());
  return values[((values.size() - 1) * tenths + 5) / 10];
}

/// Reports the range of the middle 80 % of the repetitions.
inline void add_quantiles(benchmark::internal::Benchmark* one) {
  one->ComputeStatistics("low", [](const auto& values) { return quantile(values, 1); });
  one->ComputeStatistics("high", [](const auto& values) { return quantile(values, 9); });
}

} // namespace statusline::bench
