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

// Each is in its sender's documentation or source: nginx src/http/ngx_http_request.h; Cloudflare
// docs, "Cloudflare 5xx errors"; AWS, "Troubleshoot your Application Load Balancers"; Shopify, "API
// response status and error codes"; [MS-WDV] 3.2.5.6; Microsoft KB 941201; Laravel,
// views/419.blade.php; Spring, HttpStatus; Twitter's announcement of 2009-12-22; Google,
// google/rpc/code.proto; Tornado, httpclient. Those of Esri and LinkedIn are in captured responses,
// those of Qualys and cPanel in reports that quote them.
inline constexpr unofficial_code unofficial_codes[] = {
    {0, "", "curl, HAR, XMLHttpRequest: there was no response"},
    {419, "Page Expired", "Laravel: the CSRF token is missing or expired"},
    {420, "Enhance Your Calm", "Twitter's first API: too many requests"},
    {420, "Method Failure", "Spring, from a draft of WebDAV: a method failed"},
    {430, "Shopify Security Rejection", "Shopify: the request may be malicious"},
    {440, "Login Time-out", "IIS with Outlook Web Access: the session has expired"},
    {444, "", "nginx: it closed the connection without a response; only in its log"},
    {449, "Retry With", "IIS with WebDAV: repeat it with what Ms-Echo-Request asks for"},
    {460, "", "AWS load balancer: the client closed the connection before its timeout"},
    {463, "", "AWS load balancer: X-Forwarded-For has more than 30 addresses"},
    {464, "", "AWS load balancer: the protocol does not fit the target group"},
    {494, "", "nginx: the request's header is too large; it sends 400 in its place"},
    {495, "", "nginx: the client's certificate is not valid; it sends 400 in its place"},
    {496, "", "nginx: the client sent no certificate; it sends 400 in its place"},
    {497, "", "nginx: plain HTTP on a TLS port; it sends 400 in its place"},
    {498, "Invalid Token", "Esri ArcGIS: the token is expired or not valid; in the body of a 200"},
    {499, "", "nginx: the client closed the connection; only in its log"},
    {499, "Client Closed Request", "Google's APIs: the client has cancelled the call"},
    {499, "Token Required", "Esri ArcGIS: the request has no token; in the body of a 200"},
    {509, "Bandwidth Limit Exceeded", "cPanel: the site has used up its bandwidth"},
    {520, "Web server returns an unknown error",
     "Cloudflare: the origin's response was empty or not valid"},
    {521, "Web server is down", "Cloudflare: the origin refused the connection"},
    {522, "Connection timed out", "Cloudflare: the origin did not accept the connection in time"},
    {523, "Origin is unreachable", "Cloudflare: no route to the origin"},
    {524, "A timeout occurred", "Cloudflare: the origin did not respond in time"},
    {525, "SSL handshake failed", "Cloudflare: TLS with the origin failed"},
    {526, "Invalid SSL certificate", "Cloudflare: the origin's certificate is not valid"},
    {527, "Railgun Listener to Origin Error",
     "Cloudflare: its former Railgun could not reach the origin"},
    {529, "", "Qualys SSL Labs, and others: the service is overloaded"},
    {530, "", "Cloudflare: an error 1xxx, which the page names"},
    {540, "Temporarily Disabled", "Shopify: the endpoint is disabled for now"},
    {561, "Unauthorized", "AWS load balancer: the identity provider returned an error"},
    {599, "", "Tornado's client: there was no response, as after a timeout"},
    {783, "Unexpected Token", "Shopify: the request has a syntax error in JSON"},
    {999, "Request denied", "LinkedIn: it takes the client for a robot"},
};

} // namespace statusline::cli
