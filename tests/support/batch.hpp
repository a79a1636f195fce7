// SPDX-License-Identifier: MIT
#pragma once

#include "cases.hpp"
#include "judge.hpp"

#include <statusline/batch.hpp>
#include <statusline/statusline.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// Compares parse_many(), and sl_parse_many(), with parse_complete() of each line. Used by the
/// tests and the fuzz targets.
namespace statusline::support {

// Constant evaluation runs other code: no vectors, and no words.
static_assert([] {
  std::uint16_t code[3]{};
  http_version version[3]{};
  quirk_set quirks[3]{};
  errc error[3]{};
  std::size_t offset[3]{}, size[3]{}, end[3]{};
  return parse_many("HTTP/1.1 404 \nHTTP/1.1 200 OK\r\nx\nHTTP/1.1 200\n", interop,
                    {3, code, version, quirks, error, offset, size, end}) == 3 &&
         code[0] == 404 && quirks[0] == quirk::bare_lf && end[0] == 14 && version[1].minor == 1 &&
         code[1] == 200 && offset[1] == 27 && size[1] == 2 && end[1] == 31 &&
         error[1] == errc::ok && error[2] == errc::protocol && code[2] == 0 && end[2] == 33;
}());

/// The columns of parse_many(), or by other types those of sl_parse_many(): `capacity` rows, and
/// one more that must stay as it is.
template <class Columns, class Version, class Quirks, class Error> class rows_of {
public:
  explicit rows_of(std::size_t capacity)
      : code_(capacity + 1, 0xa5a5), version_(filled<Version>(capacity)),
        quirks_(filled<Quirks>(capacity)), error_(filled<Error>(capacity)),
        reason_offset_(capacity + 1, untouched), reason_size_(capacity + 1, untouched),
        end_(capacity + 1, untouched) {}

  Columns columns() {
    return {end_.size() - 1, code_.data(),          version_.data(),     quirks_.data(),
            error_.data(),   reason_offset_.data(), reason_size_.data(), end_.data()};
  }

  /// Whether a row is that of a line at `begin`.
  [[nodiscard]] bool is(std::size_t row, std::string_view bytes, std::size_t begin, std::size_t end,
                        const parse_result& want) const {
    const std::size_t offset =
        want ? static_cast<std::size_t>(want.line.reason.data() - bytes.data()) : 0;
    return begin <= end && end_[row] == end && code_[row] == want.line.code &&
           version_[row].major == want.line.version.major &&
           version_[row].minor == want.line.version.minor &&
           bits(quirks_[row]) == want.line.quirks.bits() && int(error_[row]) == int(want.error) &&
           reason_offset_[row] == offset && reason_size_[row] == want.line.reason.size();
  }
  [[nodiscard]] bool is_untouched(std::size_t row) const {
    const rows_of fresh{row};
    return end_[row] == untouched && reason_offset_[row] == untouched &&
           reason_size_[row] == untouched && code_[row] == 0xa5a5 &&
           std::memcmp(&version_[row], &fresh.version_[row], sizeof(Version)) == 0 &&
           std::memcmp(&quirks_[row], &fresh.quirks_[row], sizeof(Quirks)) == 0 &&
           std::memcmp(&error_[row], &fresh.error_[row], sizeof(Error)) == 0;
  }

private:
  static constexpr std::size_t untouched = 0xa5a5a5a5;

  template <class T> static std::vector<T> filled(std::size_t capacity) {
    T value{};
    if constexpr (std::is_enum_v<T>)
      value = static_cast<T>(1); // a sanitizer accepts enumerators only
    else
      std::memset(static_cast<void*>(&value), 1, sizeof value);
    return std::vector<T>(capacity + 1, value);
  }
  static std::uint32_t bits(quirk_set quirks) { return quirks.bits(); }
  static std::uint32_t bits(std::uint32_t quirks) { return quirks; }

  std::vector<std::uint16_t> code_;
  std::vector<Version> version_;
  std::vector<Quirks> quirks_;
  std::vector<Error> error_;
  std::vector<std::size_t> reason_offset_, reason_size_, end_;
};

/// Reads all lines in batches of `capacity` rows. Each row must be what parse_complete() returns
/// for the bytes up to an LF, and none may be missing. `parse(bytes, columns)` calls the function
/// that is judged.
template <class Rows, class Parse>
[[nodiscard]] complaint judge_batches(std::string_view bytes, const policy& p, std::size_t capacity,
                                      const Parse& parse) {
  const auto about = [&](std::string_view what) {
    return std::string{what} + "\n  input   " + corpus::escape(bytes);
  };
  for (std::string_view rest = bytes;;) {
    Rows have{capacity};
    const std::size_t rows = parse(rest, have.columns());
    if (rows > capacity || !have.is_untouched(capacity))
      return about("a batch has more rows than there is room for");
    std::size_t begin = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      const std::size_t lf = rest.find('\n', begin);
      if (lf == rest.npos)
        return about("a batch has more rows than lines");
      const std::string_view line = rest.substr(begin, lf + 1 - begin);
      if (!have.is(row, rest, begin, lf + 1, parse_complete(line, p)))
        return about("a batch differs from parse_complete for " + corpus::escape(line));
      begin = lf + 1;
    }
    rest.remove_prefix(begin);
    if (rows == capacity && capacity != 0)
      continue;
    if (capacity != 0 && rest.find('\n') != rest.npos)
      return about("a batch ends before the lines do");
    return {};
  }
}

/// judge_batches() for parse_many().
[[nodiscard]] inline complaint judge_many(std::string_view bytes, const policy& p,
                                          std::size_t capacity) {
  using rows = rows_of<line_columns, http_version, quirk_set, errc>;
  return judge_batches<rows>(bytes, p, capacity, [&](std::string_view rest, const auto& out) {
    return parse_many(rest, p, out);
  });
}

/// judge_batches() for sl_parse_many(), for users that link the C library.
[[nodiscard]] inline complaint judge_many_in_c(std::string_view bytes, const policy& p,
                                               std::size_t capacity) {
  using rows = rows_of<sl_columns, sl_http_version, sl_quirks, sl_error>;
  return judge_batches<rows>(bytes, p, capacity, [&](std::string_view rest, const auto& out) {
    return sl_parse_many(rest.data(), rest.size(), {p.max_size, p.allowed.bits()}, &out);
  });
}

} // namespace statusline::support
