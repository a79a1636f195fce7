// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

/// Other projects' parsers behind one interface, so that tests, fuzz targets and benchmarks call
/// all of them alike. None of their code is here: an adapter calls the installed library, and does
/// only what a user of that library has to do. No parse allocates.
namespace statusline::peers {

inline constexpr std::size_t npos = static_cast<std::size_t>(-1);

enum class outcome : std::uint8_t { accepted, need_more, refused };

/// A peer's answer to a status line. Without `accepted`, only `outcome`, `end`, `error` and
/// `detail` are set.
struct answer {
  peers::outcome outcome = peers::outcome::need_more;
  std::uint16_t code = 0;
  int major = -1; ///< -1 if the peer does not report it
  int minor = -1;
  /// Views the input, or the scratch if it came in several feeds. data() is null if the peer
  /// reported none.
  std::string_view reason;
  /// On `accepted` one past the line's LF, on `refused` where the peer reports that it stopped;
  /// counted from the first byte ever fed. npos if the peer does not report it, and on `need_more`.
  std::size_t end = npos;
  const char* error = "";  ///< the peer's name for the error; static
  const char* detail = ""; ///< the peer's sentence about it, if there is one; static
};

/// Collects the reason from a parser's callbacks. Mostly it is one stretch of the input, and is
/// only viewed. Stretches from several feeds are joined, and cut at `capacity`.
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
  /// The input will be gone: copies a viewed stretch.
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

/// Memory for a parse, so that it allocates nothing. One for each parse under way; it is large, so
/// reuse it. Use two at a time only if the peer is `reentrant`.
struct scratch {
  reason_collector reason;
  std::size_t fed = 0;                               ///< bytes of earlier feeds
  alignas(16) std::array<std::byte, 256> state;      ///< the peer's own, between feeds
  std::array<char, reason_collector::capacity> head; ///< for ask()
};

struct peer {
  const char* name;
  /// Version, origin, and how it is built.
  std::string (*version)();
  /// The work of a call besides finding the line, its code and its reason.
  const char* beyond;
  /// Accepts only when the empty line that ends the header section is there too.
  bool needs_head;
  /// Holds no state outside the scratch.
  bool reentrant;

  /// Parses the line at the start of `data`; more bytes may follow it.
  answer (*parse)(const char* data, std::size_t size, scratch& s) noexcept;

  /// The same in pieces: start(), then feed() while it returns `need_more`. Null if the peer
  /// expects all bytes again each time.
  void (*start)(scratch& s) noexcept;
  answer (*feed)(const char* data, std::size_t size, scratch& s) noexcept;
};

/// Returns the peers in this build, in a fixed order.
[[nodiscard]] std::span<const peer> all_peers();
/// Returns null if this build has no peer with that name.
[[nodiscard]] const peer* find_peer(std::string_view name);

/// Parses a line alone: adds an empty header section (CRLF) for a peer that `needs_head`. Bytes
/// that do not end with LF, and a line too long for the scratch, are parsed as they are.
[[nodiscard]] answer ask(const peer& p, std::string_view line, scratch& s);

} // namespace statusline::peers
