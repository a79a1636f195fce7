// SPDX-License-Identifier: MIT
//
// The headers of the standard and of the compiler that the public headers include.
#ifdef __cplusplus
#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string_view>
#include <type_traits>
#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif
#else
#include <stddef.h>
#include <stdint.h>
#endif
