// SPDX-License-Identifier: MIT
//
// A peer as a subject of statusline-conform: STATUSLINE_SUBJECT is its name, such as "llhttp".
#include "peer.hpp"

#include <statusline/subject.h>

#include <memory>

namespace {

using namespace statusline::peers;

const peer& subject() {
  static const peer& p = *find_peer(STATUSLINE_SUBJECT);
  return p;
}

scratch& room() {
  static const auto memory = std::make_unique<scratch>();
  return *memory;
}

void store(const answer& theirs, sl_subject_answer& to) {
  switch (theirs.outcome) {
  case outcome::accepted: to.outcome = SL_SUBJECT_ACCEPTED; break;
  case outcome::need_more: to.outcome = SL_SUBJECT_NEED_MORE; return;
  case outcome::refused: to.outcome = SL_SUBJECT_REFUSED; return; // its place is another in each
  }
  to.code = theirs.code;
  to.major = theirs.major;
  to.minor = theirs.minor;
  to.reason = theirs.reason.data();
  to.reason_size = theirs.reason.size();
  to.end = theirs.end;
}

} // namespace

extern "C" {

const char* sl_subject_name(void) {
  static const std::string name = subject().name + std::string{" "} + subject().version();
  return name.c_str();
}

void sl_subject_parse(const char* bytes, std::size_t size, sl_subject_answer* to) {
  store(subject().parse(bytes, size, room()), *to);
}

#ifdef STATUSLINE_SUBJECT_FEEDS
void sl_subject_parse_pieces(const char* const* pieces, const std::size_t* sizes, std::size_t count,
                             sl_subject_answer* to) {
  subject().start(room());
  answer last;
  for (std::size_t i = 0; i < count && last.outcome == outcome::need_more; ++i)
    last = subject().feed(pieces[i], sizes[i], room());
  store(last, *to);
}
#endif

} // extern "C"
