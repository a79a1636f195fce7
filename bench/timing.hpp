// SPDX-License-Identifier: MIT
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <vector>

namespace statusline::bench {

/// The time of this thread in ns: other processes do not count.
inline double cpu_time() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e9 * static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec);
}

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
