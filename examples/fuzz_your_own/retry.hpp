// SPDX-License-Identifier: MIT
//
// A use of a status line: a client decides whether to send its request again.
#pragma once

#include <statusline/registry.hpp>
#include <statusline/statusline.hpp>

namespace my_client {

enum class verdict { done, retry, give_up };

inline verdict judge_response(std::string_view bytes) {
  const auto r = statusline::parse(bytes, statusline::interop);
  if (!r)
    return r.error == statusline::errc::need_more ? verdict::retry : verdict::give_up;
  switch (statusline::classify(r.line.code)) {
  case statusline::status_class::success: return verdict::done;
  case statusline::status_class::server_error: return verdict::retry;
  default: return verdict::give_up;
  }
}

} // namespace my_client
