// SPDX-License-Identifier: MIT
// cpp-httplib.
#include "answer.hpp"

#include <httplib.h>

int main() {
  using survey::answer;
  return survey::answer_all(CPPHTTPLIB_VERSION, [](const std::string& url) {
    const survey::place where{url};
    httplib::Client client{"127.0.0.1", where.port};
    client.set_read_timeout(5);
    const httplib::Result r = client.Get(where.path, {{"Connection", "close"}});
    if (!r)
      return answer{};
    answer a{true, r->status, r->reason, {}, r->body};
    if (r->version.starts_with("HTTP/"))
      a.version = r->version.substr(5);
    return a;
  });
}
