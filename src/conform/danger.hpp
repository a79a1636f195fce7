// SPDX-License-Identifier: MIT
//
// The danger of silently accepting a line that RFC 9112 does not allow, and the section that it
// breaks: the one list, for the cases, the reports and the page of quirks.
#pragma once

#include <statusline/error.hpp>
#include <statusline/quirk.hpp>

#include <string_view>

namespace statusline::conform {

struct remark {
  std::string_view rfc;    ///< "RFC 9112 section 4"
  std::string_view danger; ///< one sentence; empty if there is no danger
};

/// A line that shows the quirk and is accepted like any other. O(1), static lifetime.
[[nodiscard]] constexpr remark remark_on(quirk q) noexcept {
  switch (q) {
  case quirk::missing_reason:
    return {"RFC 9112 section 4", "A caller cannot tell an absent reason from an empty one."};
  case quirk::bare_lf:
    return {"RFC 9112 section 2.2", "An LF that gets into a phrase splits the response."};
  case quirk::repeated_cr:
    return {"RFC 9112 section 2.2", "A reader that counts two line ends closes the header section "
                                    "here, and its fields become body."};
  case quirk::leading_blank:
    return {"RFC 9112 section 2.2", "The blank line may be the rest of a body with another length "
                                    "than its field stated, and that goes unnoticed."};
  case quirk::extra_space:
    return {"RFC 9112 section 4", "A reader that stops at the second space has code 0 for 204, "
                                  "expects a body and swallows the next response."};
  case quirk::other_whitespace:
    return {"RFC 9112 section 4",
            "Readers disagree about the code: one browser reads `HTTP/1.1<HTAB>404` as 200."};
  case quirk::lowercase_protocol:
    return {"RFC 9112 section 2.3",
            "Readers disagree about the code: curl and Firefox report 200 for `http/1.1 404`."};
  case quirk::short_version:
    return {"RFC 9112 section 2.3", "The minor version that a caller reads was never sent."};
  case quirk::missing_version:
    return {"RFC 9112 section 2.3", "No version tells whether the connection stays open and how "
                                    "the body is framed."};
  case quirk::icy_protocol:
    return {"RFC 9112 section 2.3",
            "The version that a caller reads was never sent, and the stream is not HTTP."};
  case quirk::glued_reason:
    return {"RFC 9112 section 4",
            "Readers disagree where the code ends: `401.3` is 401, or no code."};
  case quirk::control_in_reason:
    return {"RFC 9112 section 4",
            "NUL cuts the reason short in C, and ESC reaches terminals and logs."};
  case quirk::unterminated:
    return {"RFC 9112 section 8", "A truncated line passes for a whole one."};
  }
  return {};
}

/// A line with an error that no policy allows. O(1), static lifetime.
[[nodiscard]] constexpr remark remark_on(errc e) noexcept {
  switch (e) {
  case errc::ok: return {"RFC 9112 section 4", ""};
  case errc::need_more: return remark_on(quirk::unterminated);
  case errc::protocol:
    return {"RFC 9112 section 2.3", "Bytes that are no response, such as a page, a greeting or the "
                                    "rest of a body, pass for one."};
  case errc::version:
    return {"RFC 9112 section 2.3",
            "The version is a guess, and with it the framing and the life of the connection."};
  case errc::separator:
    return {"RFC 9112 section 4",
            "A part runs into the next: `2000` becomes 200, and `1.10` becomes 1.1."};
  case errc::code:
    return {"RFC 9112 section 4", "A code with a sign or fewer than three digits becomes another "
                                  "number, and the body is framed by it."};
  case errc::reason:
    return {"RFC 9112 section 4", "A control character in the reason reaches terminals and logs."};
  case errc::line_end:
    return {"RFC 9112 section 2.2",
            "One reader ends the line at a lone CR and another does not: the response is split."};
  case errc::too_long:
    return {"RFC 9110 section 17.5",
            "A reader without a limit stores bytes until memory runs out."};
  }
  return {};
}

} // namespace statusline::conform
