// SPDX-License-Identifier: MIT
/// @file
/// The version of the library.
///
/// Tested by quirk_test, docs_test.
#pragma once

#include <statusline/compiler.hpp>

#include <string_view>

namespace statusline {

/// The version of this library, as semantic versioning means it. It stands here alone: the build,
/// the packages and the tool read it from here.
inline constexpr std::string_view version = "1.0.0";

} // namespace statusline
