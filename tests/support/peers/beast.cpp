// SPDX-License-Identifier: MIT
#include "peer.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/version.hpp>

#include <limits>

// Boost.Beast's basic_parser with callbacks: an error set in on_response_impl stops it after the
// line. It expects all unused bytes again with the next ones, so there is no feed. After stopping
// there it does not report how many it used.
namespace statusline::peers {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

class line_parser final : public http::basic_parser<false> {
public:
  answer line;

private:
  void on_response_impl(int code, boost::beast::string_view reason, int version,
                        error_code& ec) override {
    line.outcome = outcome::accepted;
    line.code = static_cast<std::uint16_t>(code);
    line.major = version / 10;
    line.minor = version % 10;
    line.reason = {reason.data(), reason.size()};
    ec = http::error::end_of_stream;
  }

  // Not reached.
  void on_request_impl(http::verb, boost::beast::string_view, boost::beast::string_view, int,
                       error_code&) override {}
  void on_field_impl(http::field, boost::beast::string_view, boost::beast::string_view,
                     error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(boost::beast::string_view, error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view, error_code&) override {
    return 0;
  }
  void on_finish_impl(error_code&) override {}
};

const char* name_of(const error_code& ec) noexcept {
  switch (static_cast<http::error>(ec.value())) {
  case http::error::bad_line_ending: return "bad_line_ending";
  case http::error::bad_version: return "bad_version";
  case http::error::bad_status: return "bad_status";
  case http::error::bad_reason: return "bad_reason";
  case http::error::header_limit: return "header_limit";
  default: return "another error";
  }
}

answer parse(const char* data, std::size_t size, scratch&) noexcept {
  line_parser p;
  p.header_limit(std::numeric_limits<std::uint32_t>::max()); // else 8 KiB
  error_code ec;
  p.put(boost::asio::const_buffer{data, size}, ec);
  if (p.line.outcome == outcome::need_more && ec != http::error::need_more) {
    p.line.outcome = outcome::refused;
    p.line.error = name_of(ec);
  }
  return p.line;
}

std::string version() {
  return std::to_string(BOOST_VERSION / 100000) + '.' + std::to_string(BOOST_VERSION / 100 % 1000) +
         '.' + std::to_string(BOOST_VERSION % 100) + ", the installed headers";
}

} // namespace

extern const peer beast_peer{
    .name = "beast",
    .version = version,
    .beyond =
        "nothing: it stops after the line; a parser object with virtual functions is made for "
        "each line",
    .needs_head = false,
    .reentrant = true,
    .parse = parse,
    .start = nullptr,
    .feed = nullptr,
};

} // namespace statusline::peers
