// SPDX-License-Identifier: MIT
//
// The responses that an OpenAPI 3 or Swagger 2 document in JSON lists.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace statusline::cli {

/// A response of an operation, or one that `components` defines.
struct openapi_response {
  /// The key: a code, a range or `default`; else, of a component, its name, or a mistake.
  std::string code;
  std::string description;
  std::size_t at = 0; ///< the offset of the key in the document
  bool component = false;
};

/// A document that is not OpenAPI, or that has something else where responses are listed.
class openapi_error : public std::runtime_error {
public:
  openapi_error(std::size_t at, const std::string& reason) : std::runtime_error{reason}, at_{at} {}
  /// The offset of the fault in the document.
  [[nodiscard]] std::size_t at() const noexcept { return at_; }

private:
  std::size_t at_;
};

/// Returns the responses of every operation and of `components`, without extensions. Operations are
/// where OpenAPI 3 and Swagger 2 define them: an extension (`x-...`), a schema or an example may
/// have a member `responses` too. Throws openapi_error.
[[nodiscard]] std::vector<openapi_response> read_openapi(std::string_view text);

} // namespace statusline::cli
