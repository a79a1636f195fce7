// SPDX-License-Identifier: MIT
//
// The library alone, with the parts that the tests call. Compiled with a changed header and linked
// before the unchanged objects of the tests, it replaces their copies.
#include <statusline/registry.hpp>
#include <statusline/statusline.hpp>

namespace statusline::mutants {

parse_result use(std::string_view bytes, policy p, stream_parser& s, std::span<char> out) {
  parse_result r = parse(bytes, p) ? parse_complete(bytes, p) : parse_result{};
  s.reset(p);
  r.end += s.feed(bytes).used + s.end() + s.line().size;
  r.error = s.finish() == s.error() ? errc::ok : errc::need_more;
  r.refused = s.refused();
  s = stream_parser{p};
  r.end += r.refused.subset_of(p.allowed) ? write(out, r.line) : 0;
  r.end += format(r, bytes, out) + describe(r, bytes).size();
  return r;
}

std::size_t use(std::string_view bytes, policy p, const line_columns& out) {
  return parse_many(bytes, p, out);
}

assessment use(const status_line& line, const registry& r) {
  assessment a = assess(line, r);
  a.entry = r.sorted() ? r.find(line.code) : r.find(line.reason);
  if (notes(line).empty() || aliases_of(line.code).empty())
    a.code = classify(line.code) == status_class::invalid ? standing::invalid : a.code;
  return a;
}

} // namespace statusline::mutants
