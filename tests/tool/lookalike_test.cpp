// SPDX-License-Identifier: MIT
//
// looks_like(): each name, in order; and never for bytes that a policy might accept.
#include <cli/lookalike.hpp>

#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace statusline::cli {
namespace {

using namespace std::string_view_literals;

TEST(Lookalike, IsNamed) {
  for (const auto& [bytes, name] : {
           std::pair{"\x15\x03\x03\0\x02\x02P"sv, "tls_alert"sv},
           {"\x15\x03\x01"sv, "tls_alert"},
           {"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"sv, "tls_handshake"},
           {"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64"sv, "http2"},
           {"\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x01"sv, "http2"},
           {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "http2"},
           {"\x1f\x8b\x08\0\0"sv, "gzip"},
           {"\xd4\xc3\xb2\xa1\x02\0\x04\0"sv, "pcap"},
           {"\xa1\xb2\xc3\xd4"sv, "pcap"},
           {"\x0a\x0d\x0d\x0a\x1c\0\0\0"sv, "pcap"},
           {"\xef\xbb\xbfHTTP/1.1 200 OK\r\n", "utf8_bom"},
           {"\xff\xfeH\0T\0T\0P\0"sv, "utf16"},
           {"H\0T\0T\0P\0/\0"sv, "utf16"},
           {"RTSP/1.0 200 OK\r\n", "rtsp"},
           {"OPTIONS rtsp://x/ RTSP/1.0\r\n", "rtsp"},
           {"SIP/2.0 200 OK\r\n", "sip"},
           {"INVITE sip:x SIP/2.0\r\n", "sip"},
           {"SOURCETABLE 200 OK\r\n", "ntrip"},
           {"SSH-2.0-OpenSSH_9.2\r\n", "ssh"},
           {"WARC/1.0\r\nWARC-Type: response\r\n", "warc"},
           {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "request_line"},
           {"GET /a b HTTP/1.0\n", "request_line"},
           {"220 mail.example.com ESMTP\r\n", "reply_line"},
           {"220-mail.example.com\r\n", "reply_line"},
           {"200 OK\r\n", "reply_line"},
           {"800\r\nabc", "chunk_size"},
           {"1f;ext=1\r\n", "chunk_size"},
           {"0\n", "chunk_size"},
           {"0000800 \r\n", "chunk_size"},
           {"Server: nginx\r\n", "header_field"},
           {"Set-Cookie:x", "header_field"},
           {"<!DOCTYPE HTML PUBLIC", "html"},
           {"\n\n <html>", "html"},
           {"<!-- x -->", "html"},
           {"{\"error\":1}", "json"},
           {"{}HTTP/1.1 200 OK\r\n", "json"},
           {" [ 1]", "json"},
       })
    EXPECT_EQ(looks_like(bytes).name, name) << testing::PrintToString(std::string{bytes});
}

TEST(Lookalike, IsNotNamed) {
  for (const std::string_view bytes : {""sv,
                                       "HTTP/1.1 200 OK\r\n"sv,
                                       "http/1.1 200"sv,
                                       "HTTP/1.1 2x0\r\n"sv,
                                       "HTTPS: x"sv,
                                       "ICY: x"sv,
                                       "\r\n"sv,
                                       "h"sv,
                                       "I"sv,
                                       "garbage"sv,
                                       "80"sv,
                                       "12345678901234567\r\n"sv,
                                       "\x15\x02\x03"sv,
                                       "\0\0\x12\x04\0\0\0\0"sv,
                                       "\0\0\x12\x04\0\0\0\0\x01"sv,
                                       "GET /\r\n"sv,
                                       "GET HTTP/1.1\r\n"sv,
                                       ": x"sv,
                                       "a b: c"sv,
                                       "<"sv,
                                       "< a"sv,
                                       "{x"sv,
                                       "22 x"sv,
                                       "220"sv,
                                       "SSH-x"sv,
                                       "\xef\xbb"sv})
    EXPECT_EQ(looks_like(bytes).name, "") << testing::PrintToString(std::string{bytes});
}

TEST(StatusLineAt, IsTheFirstThatThePolicyAccepts) {
  constexpr std::string_view bytes = "x\r\nhttp/1.1 200 OK\r\nHTTP/1.1 404 \r\n";
  EXPECT_EQ(status_line_at(bytes, strict), 20u);
  EXPECT_EQ(status_line_at(bytes, permissive), 3u); // not 1: a blank line before it
  EXPECT_EQ(status_line_at(bytes, {{}, 20}), 20u);
  EXPECT_EQ(status_line_at(bytes, {{}, 19}), std::nullopt);
  EXPECT_EQ(status_line_at("HTTP/1.1 200 OK\r\n", strict), std::nullopt);
  EXPECT_EQ(status_line_at("xHTTP/1.1 200 OK", strict), std::nullopt);
  EXPECT_EQ(status_line_at("xHTTP/1.1 200 OK", permissive), 1u); // as parse_complete()
  EXPECT_EQ(status_line_at("", permissive), std::nullopt);
}

} // namespace
} // namespace statusline::cli
