// SPDX-License-Identifier: MIT
#include "claim.hpp"

#include <cli/text.hpp>

namespace statusline::conform {

void state_claim(verdict& v, const claim_facts& f) {
  const std::size_t n = table_machine(f.allowed).size();
  const std::string k = std::to_string(f.extra_states);
  const std::string reach =
      "every state lies within " + cli::count(static_cast<std::uint64_t>(f.extra_states), "octet") +
      " of one that a shortest prefix of a line leads to (in particular any with at most " +
      std::to_string(n + static_cast<std::size_t>(f.extra_states)) + " states)";
  if (f.agrees && f.unsteady == 0)
    v.theorem = "Proved, for any parser of which " + reach +
                ": its answers about outcome, and about each value that it tells, are those of "
                "the grammar, for every input of every length, under the assumptions below.";
  else
    v.theorem =
        "It does not conform, so nothing is proved about what it accepts. Any parser of which " +
        reach + " and that differs from the grammar shows it in these tests, as this one does.";
  v.assumptions.emplace_back(
      f.unsteady != 0
          ? "the answer depends on the bytes alone. That does not hold: " +
                cli::count(f.unsteady, "input") + " got another answer at another address."
      : f.steady_tested
          ? "the answer depends on the bytes alone, not on earlier calls or the time. Tested at "
            "two "
            "addresses: no answer changed."
          : "the answer depends on the bytes alone, not on earlier calls or the time.");
  v.assumptions.push_back("its states are those of a machine as above, K=" + k +
                          ". A counter, a block of bytes that is read at once, or a limit of the "
                          "length has more.");
  if (f.decisive) {
    std::string text = "bytes behind a decision do not change it.";
    if (f.looked_on != 0)
      text += " Of " + cli::count(f.looked_on, "decided test") + ", " +
              (f.read_ahead == 0 ? "none" : std::to_string(f.read_ahead)) +
              " needed the bytes that follow.";
    text += " Without this assumption the same is proved for K=1.";
    v.assumptions.push_back(std::move(text));
  }
  v.sampled.push_back(
      "Tested beyond that, not proved: codes of one to four digits with seven kinds of "
      "line end, versions, every octet at every place of reasons" +
      std::string{f.native ? " of up to 96 octets" : " of 16 and 40 octets"} +
      ", reasons around powers of two. The longest input had " + cli::count(f.longest, "octet") +
      ".");
  if (!f.pieces)
    v.sampled.emplace_back("Not covered: how the bytes are cut into pieces.");
}

} // namespace statusline::conform
