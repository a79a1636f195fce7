// SPDX-License-Identifier: MIT
#pragma once

#include "machine.hpp"

#include <vector>

namespace statusline::conform {

/// Inputs that show where two automata differ first, one for each place and kind of difference: a
/// walk through the pairs of states that a common word leads to. Each input is completed, so that
/// it is a line that one of them accepts, or bytes that one of them refuses at once.
[[nodiscard]] std::vector<word> first_differences(const machine& subject, const machine& table);

/// Words after which the subject asks for more, although it accepts no continuation, and the table
/// does: a shortest one for each such state of the subject.
[[nodiscard]] std::vector<word> dead_waits(const machine& subject, const machine& table);

} // namespace statusline::conform
