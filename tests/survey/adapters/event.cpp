// SPDX-License-Identifier: MIT
// libevent's evhttp.
#include "answer.hpp"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/http_struct.h>

#include <cstdint>

namespace {

struct got {
  event_base* base;
  survey::answer a;
};

void done(evhttp_request* r, void* context) {
  auto& g = *static_cast<got*>(context);
  event_base_loopbreak(g.base);
  const int code = r == nullptr ? 0 : evhttp_request_get_response_code(r);
  if (r == nullptr || (code == 0 && evhttp_request_get_response_code_line(r) == nullptr))
    return;
  evbuffer* const in = evhttp_request_get_input_buffer(r);
  std::string body(evbuffer_get_length(in), '\0');
  evbuffer_remove(in, body.data(), body.size());
  const char* const reason = evhttp_request_get_response_code_line(r);
  g.a = {true, code, reason == nullptr ? "" : reason,
         std::to_string(r->major) + "." + std::to_string(r->minor), body};
}

} // namespace

int main() {
  return survey::answer_all(event_get_version(), [](const std::string& url) {
    const survey::place where{url};
    got g{event_base_new(), {}};
    evhttp_connection* const connection = evhttp_connection_base_new(
        g.base, nullptr, "127.0.0.1", static_cast<std::uint16_t>(where.port));
    evhttp_connection_set_timeout(connection, 5);
    evhttp_connection_set_retries(connection, 0);
    evhttp_request* const request = evhttp_request_new(done, &g);
    evhttp_add_header(evhttp_request_get_output_headers(request), "Host", "127.0.0.1");
    evhttp_add_header(evhttp_request_get_output_headers(request), "Connection", "close");
    evhttp_make_request(connection, request, EVHTTP_REQ_GET, where.path.c_str());
    event_base_dispatch(g.base);
    evhttp_connection_free(connection);
    event_base_free(g.base);
    return g.a;
  });
}
