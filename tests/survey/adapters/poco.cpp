// SPDX-License-Identifier: MIT
// Poco's HTTPClientSession.
#include "answer.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/Version.h>

#include <cstdint>

int main() {
  using survey::answer;
  constexpr unsigned v = POCO_VERSION;
  const std::string version = std::to_string(v >> 24U) + "." + std::to_string(v >> 16U & 255U) +
                              "." + std::to_string(v >> 8U & 255U);
  return survey::answer_all(version, [](const std::string& url) {
    const survey::place where{url};
    answer a;
    try {
      Poco::Net::HTTPClientSession session{"127.0.0.1", static_cast<std::uint16_t>(where.port)};
      session.setTimeout(Poco::Timespan{5, 0});
      Poco::Net::HTTPRequest request{"GET", where.path, "HTTP/1.1"};
      request.setKeepAlive(false);
      session.sendRequest(request);
      Poco::Net::HTTPResponse response;
      std::istream& in = session.receiveResponse(response);
      a = {true, response.getStatus(), response.getReason(), {}, std::string{}};
      if (response.getVersion().starts_with("HTTP/"))
        a.version = response.getVersion().substr(5);
      Poco::StreamCopier::copyToString(in, *a.body);
    } catch (const Poco::Exception&) {
    }
    return a;
  });
}
