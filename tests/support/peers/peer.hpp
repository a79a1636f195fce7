// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

/// Other people's parsers in one shape, so that tests, fuzz targets and benchmarks ask them all
/// the same way. No code of theirs is here: an adapter calls the installed library, and does
/// nothing that the library's own user would not have to do. Nothing on the way of a parse
/// allocates.
namespace statusline::peers {

inline constexpr std::size_t npos = static_cast<std::size_t>(-1);

enum class outcome : std::uint8_t { accepted, need_more, refused };

/// What a peer says of a status line. Without `accepted`, only `outcome`, `end`, `error` and
/// `detail` mean anything.
struct answer {
  peers::outcome outcome = peers::outcome::need_more;
  std::uint16_t code = 0;
  int major = -1; ///< -1 where the peer does not tell
  int minor = -1;
  /// Views the input; views the scratch if it came in several feeds. No data() where the peer gave
  /// none.
  std::string_view reason;
  /// On `accepted` one past the line's LF, on `refused` where the peer says it stopped; from the
  /// first byte ever fed. npos where the peer does not tell, and on `need_more`.
  std::size_t end = npos;
  const char* error = "";  ///< the peer's name for the error; static
  const char* detail = ""; ///< the peer's sentence about it, if it has one; static
};

/// The reason as a parser hands it out: mostly one run of the input, which is then only viewed.
/// Runs from several feeds are joined, and cut at `capacity`.
class reason_collector {
public:
  static constexpr std::size_t capacity = 65536;

  void clear() noexcept {
    view_ = {};
    joined_ = 0;
    cut_ = false;
  }
  void add(const char* at, std::size_t size) noexcept {
    if (joined_ != 0) {
      append(at, size);
    } else if (view_.empty()) {
      view_ = {at, size};
    } else if (view_.data() + view_.size() == at) {
      view_ = {view_.data(), view_.size() + size};
    } else {
      keep();
      append(at, size);
    }
  }
  /// The input goes away: what was only viewed is copied.
  void keep() noexcept {
    if (joined_ == 0)
      append(view_.data(), view_.size());
    view_ = {};
  }
  [[nodiscard]] std::string_view text() const noexcept {
    return joined_ != 0 ? std::string_view{buffer_.data(), joined_} : view_;
  }
  /// Whether text() lacks bytes that did not fit.
  [[nodiscard]] bool cut() const noexcept { return cut_; }

private:
  void append(const char* at, std::size_t size) noexcept {
    if (size > capacity - joined_) {
      size = capacity - joined_;
      cut_ = true;
    }
    if (size != 0)
      std::memcpy(buffer_.data() + joined_, at, size);
    joined_ += size;
  }

  std::string_view view_;
  std::size_t joined_ = 0;
  bool cut_ = false;
  std::array<char, capacity> buffer_;
};

/// Room that a parse needs and does not want to allocate. One for each parse under way; big, so
/// make it once. Two at a time may be in use only where the peer is `reentrant`.
struct scratch {
  reason_collector reason;
  std::size_t fed = 0;                               ///< bytes of earlier feeds
  alignas(16) std::array<std::byte, 256> state;      ///< the peer's own, between feeds
  std::array<char, reason_collector::capacity> head; ///< for ask()
};

struct peer {
  const char* name;
  /// Version, where it is from, and how it is built.
  std::string (*version)();
  /// What a call does more than finding the line, its code and its reason.
  const char* beyond;
  /// Says `accepted` only when the empty line that ends the header section is there too.
  bool needs_head;
  /// Holds no state outside of the scratch.
  bool reentrant;

  /// The line at the head of `data`; more bytes may follow it.
  answer (*parse)(const char* data, std::size_t size, scratch& s) noexcept;

  /// The same in pieces, null where the peer wants all bytes anew each time: start(), then feed()
  /// as long as it says `need_more`.
  void (*start)(scratch& s) noexcept;
  answer (*feed)(const char* data, std::size_t size, scratch& s) noexcept;
};

/// Those that this build holds, in a fixed order.
[[nodiscard]] std::span<const peer> all_peers();
/// Null if this build has no peer of that name.
[[nodiscard]] const peer* find_peer(std::string_view name);

/// Asks about a line alone: a peer that `needs_head` gets an empty header section (CRLF) after it.
/// Bytes that do not end with LF, and a line too long for the scratch, are asked about as they are.
[[nodiscard]] answer ask(const peer& p, std::string_view line, scratch& s);

} // namespace statusline::peers
