// SPDX-License-Identifier: MIT
//
// The parts that the adapters in C++ share: a URL on each line in, an answer in JSON on each line
// out, after a line with the version.
#pragma once

#include <cctype>
#include <cstdio>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

namespace survey {

struct answer {
  bool accepted = false;
  int code = 0;
  std::optional<std::string> reason, version, body;
};

inline std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(c) / 16U];
    text += "0123456789abcdef"[static_cast<unsigned char>(c) % 16U];
  }
  return text;
}

inline void print(const answer& a) {
  std::cout << R"({"outcome":")" << (a.accepted ? "accepted" : "refused") << '"';
  if (a.accepted) {
    std::cout << ",\"code\":" << a.code;
    if (a.version && a.version->size() == 3 && (*a.version)[1] == '.' &&
        std::isdigit((*a.version)[0]) != 0 && std::isdigit((*a.version)[2]) != 0)
      std::cout << R"(,"version":")" << *a.version << '"';
    if (a.reason)
      std::cout << R"(,"reason_hex":")" << hex(*a.reason) << '"';
    if (a.body)
      std::cout << R"(,"body_hex":")" << hex(*a.body) << '"';
  }
  std::cout << "}" << std::endl; // each line at once: the other side waits for it
}

inline int answer_all(const std::string& version,
                      const std::function<answer(const std::string&)>& get) {
  std::cout << version << std::endl;
  for (std::string url; std::getline(std::cin, url);)
    print(get(url));
  return 0;
}

/// Of "http://127.0.0.1:PORT/PATH".
struct place {
  explicit place(const std::string& url)
      : port{std::stoi(url.substr(url.rfind(':') + 1))}, path{url.substr(url.find('/', 7))} {}
  int port;
  std::string path;
};

} // namespace survey
