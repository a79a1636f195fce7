// SPDX-License-Identifier: MIT
// libsoup 3.
#include "answer.hpp"

#include <libsoup/soup.h>

int main() {
  using survey::answer;
  const std::string version = std::to_string(soup_get_major_version()) + "." +
                              std::to_string(soup_get_minor_version()) + "." +
                              std::to_string(soup_get_micro_version());
  return survey::answer_all(version, [](const std::string& url) {
    SoupSession* const session = soup_session_new();
    soup_session_set_timeout(session, 5);
    SoupMessage* const message = soup_message_new("GET", url.c_str());
    soup_message_add_flags(message, SOUP_MESSAGE_NO_REDIRECT);
    soup_message_headers_append(soup_message_get_request_headers(message), "Connection", "close");
    GError* error = nullptr;
    GBytes* body = soup_session_send_and_read(session, message, nullptr, &error);
    answer a;
    // A body that ends early is an error of its own, after the line has been accepted.
    if (body != nullptr || soup_message_get_status(message) != 0) {
      a = {true, static_cast<int>(soup_message_get_status(message)), {}, {}, {}};
      if (const char* const reason = soup_message_get_reason_phrase(message))
        a.reason = reason;
      a.version = soup_message_get_http_version(message) == SOUP_HTTP_1_0 ? "1.0" : "1.1";
      a.body = "";
      if (body != nullptr)
        a.body = std::string{static_cast<const char*>(g_bytes_get_data(body, nullptr)),
                             g_bytes_get_size(body)};
    }
    g_clear_error(&error);
    g_clear_pointer(&body, g_bytes_unref);
    g_object_unref(message);
    g_object_unref(session);
    return a;
  });
}
