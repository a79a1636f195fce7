// SPDX-License-Identifier: MIT
//
// The requirements on the compiler. Every other header includes this one first, so that an old
// compiler reports this error before any other.
//
// Tested by the tests in tests/unit/compile (`compile_*`).
#pragma once

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 202002L
#error "statusline needs C++20: compile with -std=c++20 (MSVC: /std:c++20) or later"
#endif

// Both only change the speed.
#if defined(_MSC_VER) // clang-cl too
#define STATUSLINE_NOINLINE __declspec(noinline)
#define STATUSLINE_ALWAYS_INLINE __forceinline
#elif defined(__GNUC__) // Clang too
#define STATUSLINE_NOINLINE [[__gnu__::__noinline__]]
#define STATUSLINE_ALWAYS_INLINE [[__gnu__::__always_inline__]] inline
#else
#define STATUSLINE_NOINLINE
#define STATUSLINE_ALWAYS_INLINE inline
#endif
