// SPDX-License-Identifier: MIT
//
// Codes that servers send and IANA has not registered, for `explain`: who sends each, and its
// meaning there. They stay unregistered.
#pragma once

#include <cstdint>
#include <string_view>

namespace statusline::cli {

struct unofficial_code {
  std::uint16_t code = 0;
  std::string_view phrase; ///< as that sender spells it; "" if it sends none
  std::string_view source;
};

inline constexpr unofficial_code unofficial_codes[] = {
    {0, "", "curl, HAR, XMLHttpRequest: there was no response"},
    {218, "This is fine", "Apache: an error page whose code was lost"},
    {419, "Page Expired", "Laravel: the CSRF token is missing or expired"},
    {420, "Enhance Your Calm", "Twitter's first API: too many requests"},
    {420, "Method Failure", "Spring: a method failed"},
    {430, "Request Header Fields Too Large", "Shopify: too many requests, or too many at once"},
    {440, "Login Time-out", "IIS: the session has expired"},
    {444, "No Response", "nginx: it closed the connection without a response; only in its log"},
    {449, "Retry With", "IIS: the request lacks something that the user must add"},
    {450, "Blocked by Windows Parental Controls", "Microsoft: parental controls block the page"},
    {460, "", "AWS load balancer: the client closed the connection before its timeout"},
    {463, "", "AWS load balancer: X-Forwarded-For has more than 30 addresses"},
    {464, "", "AWS load balancer: the protocol does not fit the target group"},
    {494, "Request Header Too Large", "nginx: a header field or the request line is too large"},
    {495, "SSL Certificate Error", "nginx: the client's certificate is not valid"},
    {496, "SSL Certificate Required", "nginx: the client sent no certificate"},
    {497, "HTTP Request Sent to HTTPS Port", "nginx: the request was not encrypted"},
    {498, "Invalid Token", "Esri: the token is expired or not valid"},
    {499, "Client Closed Request", "nginx: the client closed the connection; only in its log"},
    {509, "Bandwidth Limit Exceeded", "cPanel, Apache: the site has used up its bandwidth"},
    {520, "Web Server Returned an Unknown Error", "Cloudflare: the origin's response was odd"},
    {521, "Web Server Is Down", "Cloudflare: the origin refused the connection"},
    {522, "Connection Timed Out", "Cloudflare: the origin did not accept the connection in time"},
    {523, "Origin Is Unreachable", "Cloudflare: no route to the origin"},
    {524, "A Timeout Occurred", "Cloudflare: the origin did not respond in time"},
    {525, "SSL Handshake Failed", "Cloudflare: TLS with the origin failed"},
    {526, "Invalid SSL Certificate", "Cloudflare: the origin's certificate is not valid"},
    {527, "Railgun Error", "Cloudflare: its Railgun server could not reach the origin"},
    {529, "Site is overloaded", "Qualys, and others: too many requests"},
    {530, "", "Cloudflare: an error 1xxx, which the page names"},
    {540, "Temporarily Disabled", "Shopify: the endpoint is disabled for now"},
    {561, "Unauthorized", "AWS load balancer: the identity provider returned an error"},
    {598, "", "proxies: the read from the network timed out"},
    {599, "", "proxies: the connection to the network timed out"},
    {783, "Unexpected Token", "Shopify: the request has a syntax error in JSON"},
    {999, "Request denied", "LinkedIn: it takes the client for a robot"},
};

} // namespace statusline::cli
