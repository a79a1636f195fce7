// SPDX-License-Identifier: MIT
// neon.
#include "answer.hpp"

#include <neon/ne_request.h>
#include <neon/ne_session.h>
#include <neon/ne_socket.h>
#include <neon/ne_utils.h>

#include <csignal>

int main() {
  using survey::answer;
  ne_sock_init();
  const std::string version = std::string{ne_version_string()}.substr(5); // after "neon "
  std::signal(SIGPIPE, SIG_IGN);
  return survey::answer_all(version.substr(0, version.find(':')), [](const std::string& url) {
    const survey::place where{url};
    ne_session* const session =
        ne_session_create("http", "127.0.0.1", static_cast<unsigned>(where.port));
    ne_set_read_timeout(session, 5);
    ne_set_session_flag(session, NE_SESSFLAG_PERSIST, 0);
    ne_request* const request = ne_request_create(session, "GET", where.path.c_str());
    answer a;
    std::string body;
    if (ne_begin_request(request) == NE_OK) {
      char piece[4096];
      for (ssize_t size = 0; (size = ne_read_response_block(request, piece, sizeof piece)) > 0;)
        body.append(piece, static_cast<std::size_t>(size));
      const ne_status* const status = ne_get_status(request);
      a = {true, status->code, status->reason_phrase == nullptr ? "" : status->reason_phrase,
           std::to_string(status->major_version) + "." + std::to_string(status->minor_version),
           body};
    }
    ne_request_destroy(request);
    ne_session_destroy(session);
    return a;
  });
}
