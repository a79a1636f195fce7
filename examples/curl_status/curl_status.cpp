// SPDX-License-Identifier: MIT
//
// Prints every status line of a transfer, including those of interim responses, of redirects and of
// a proxy's answer to CONNECT. `curl -w` prints only the last code, and no reason.
//
//     curl_status [--proxy URL] URL...
//
// One line for each: code, reason, quirks, separated by tabs; "-" for the code if it was no status
// line. Exits with 1 if there was such a line, or a transfer failed.
#include <statusline/statusline.hpp>

#include <curl/curl.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace {

/// A server chooses the bytes of a reason, and a terminal obeys some of them.
std::string printable(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    char shown[5];
    const bool plain = c >= 0x20 && c < 0x7f && c != '\\';
    std::snprintf(shown, sizeof shown, plain ? "%c" : "\\x%02x", c & 0xff);
    text += shown;
  }
  return text;
}

/// The input of libcurl's header callback in one transfer: the heads of all its responses, and the
/// trailer fields of chunked bodies.
class heads {
public:
  explicit heads(CURL* transfer) : transfer_{transfer} {}

  void take(std::string_view piece) {
    // A head after a complete response was requested, by a redirect or through the tunnel. Anything
    // else there is a trailer field, which may look like a status line.
    if (due_ == due::nothing && requested() != requested_)
      due_ = due::status_line;
    if (due_ == due::status_line)
      take_status_line(piece);
    else if (due_ == due::field && (piece.starts_with('\r') || piece.starts_with('\n')))
      due_ = interim_ ? due::status_line : due::nothing; // libcurl looks no closer at that line
  }
  [[nodiscard]] bool all_taken() const { return all_taken_; }

private:
  enum class due { status_line, field, nothing };

  /// Bytes of all requests so far, including that for a tunnel.
  [[nodiscard]] long requested() const {
    long size = 0;
    curl_easy_getinfo(transfer_, CURLINFO_REQUEST_SIZE, &size);
    return size;
  }

  void take_status_line(std::string_view piece) {
    const auto got = line_.feed(piece);
    reason_ += got.reason_part;
    if (got.error == statusline::errc::need_more)
      return;
    const auto line = line_.line();
    if (got)
      std::printf("%03d\t%s\t", line.code, printable(reason_).c_str());
    else
      std::printf("-\t%s at byte %zu\t", to_string(got.error).data(), line_.end());
    for (const char* comma = ""; const auto quirk : line.quirks) {
      std::printf("%s%s", comma, to_string(quirk).data());
      comma = ",";
    }
    std::puts("");

    all_taken_ = all_taken_ && got;
    // The code that libcurl has read decides whether another head follows, for any line.
    long code = 0;
    curl_easy_getinfo(transfer_, CURLINFO_RESPONSE_CODE, &code);
    interim_ = code / 100 == 1 && code != 101;
    requested_ = requested();
    due_ = due::field;
    line_.reset();
    reason_.clear();
  }

  CURL* transfer_;
  // libcurl has decided already what it accepts; this only looks, so it allows every quirk.
  statusline::stream_parser line_{statusline::permissive};
  std::string reason_;
  due due_ = due::status_line;
  bool interim_ = false, all_taken_ = true;
  long requested_ = 0;
};

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  static_cast<heads*>(user)->take({data, size * count});
  return size * count;
}

std::size_t drop_body(char*, std::size_t size, std::size_t count, void*) { return size * count; }

bool transfer(const char* url, const char* proxy) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> owner{curl_easy_init(),
                                                                  curl_easy_cleanup};
  CURL* const curl = owner.get();
  heads seen{curl};
  curl_easy_setopt(curl, CURLOPT_URL, url);
  // Not null: the environment (http_proxy, no_proxy) must not change the output.
  curl_easy_setopt(curl, CURLOPT_PROXY, proxy);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "");
  curl_easy_setopt(curl, CURLOPT_HTTPPROXYTUNNEL, *proxy != '\0' ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 10L);
  // FTP, which a redirect may lead to, calls back with lines of its own.
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  // HTTP/2 has no reasons: there libcurl makes up a line.
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &seen);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_body);
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK)
    std::fprintf(stderr, "%s: %s\n", url, curl_easy_strerror(code));
  return code == CURLE_OK && seen.all_taken();
}

} // namespace

int main(int argc, char** argv) {
  const bool proxied = argc > 2 && std::string_view{argv[1]} == "--proxy";
  const int first = proxied ? 3 : 1;
  if (first >= argc || argv[first][0] == '-') {
    std::fputs("usage: curl_status [--proxy URL] URL...\n", stderr);
    return 2;
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  bool ok = true;
  for (int i = first; i < argc; ++i)
    ok = transfer(argv[i], proxied ? argv[2] : "") && ok;
  curl_global_cleanup();
  return std::fflush(stdout) == 0 && ok ? 0 : 1;
}
