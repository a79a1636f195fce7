// SPDX-License-Identifier: MIT
//
// A fuzz target for a parser behind sl_subject_parse(): stops at an input about which it and
// statusline differ. Divergences in the list of STATUSLINE_ACCEPT do not stop it.
//
//     clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address \
//       .../share/statusline/conform/differential_fuzzer.cpp adapter.o mine.o -o fuzz
//     STATUSLINE_ACCEPT=known.tsv ./fuzz
//
// The variables STATUSLINE_ACCEPT (a file) and STATUSLINE_POLICY (strict, interop or permissive)
// are read at the start. The macro STATUSLINE_POLICY is the default of the latter. The macro
// STATUSLINE_ACCEPT_LIST names a file to include: the list as a literal, which the target then
// holds.
#include "accept.hpp"
#include "subject.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#ifdef __GNUC__
#pragma weak sl_subject_parse_pieces // it is optional
#endif

namespace {

using namespace statusline;
using namespace statusline::conform;

constexpr const char* built_in_list =
#ifdef STATUSLINE_ACCEPT_LIST
#include STATUSLINE_ACCEPT_LIST
    ;
#else
    "";
#endif

#ifndef STATUSLINE_POLICY
#define STATUSLINE_POLICY "strict"
#endif

[[noreturn]] void stop(const std::string& message) {
  std::fprintf(stderr, "differential_fuzzer: %s\n", message.c_str());
  std::abort();
}

std::string setting(const char* name, const char* otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

/// The answer of the subject. AddressSanitizer notices a read behind the copy.
told ask(const std::string& bytes) {
  const std::vector<char> copy(bytes.begin(), bytes.end());
  const char nothing = '\0';
  sl_subject_answer answer = nothing_told;
  sl_subject_parse(copy.empty() ? &nothing : copy.data(), copy.size(), &answer);
  return told_of(answer);
}

/// Its answer about two pieces; nothing if it reads none.
std::optional<told> ask_in_pieces(const std::string& bytes, std::size_t cut) {
#ifdef __GNUC__
  if (sl_subject_parse_pieces != nullptr) {
    const auto middle = bytes.begin() + static_cast<std::ptrdiff_t>(cut);
    const std::vector<char> first(bytes.begin(), middle);
    const std::vector<char> second(middle, bytes.end());
    const char nothing = '\0';
    const std::array<const char*, 2> pieces = {first.empty() ? &nothing : first.data(),
                                               second.empty() ? &nothing : second.data()};
    const std::array<std::size_t, 2> sizes = {first.size(), second.size()};
    sl_subject_answer answer = nothing_told;
    sl_subject_parse_pieces(pieces.data(), sizes.data(), pieces.size(), &answer);
    return told_of(answer);
  }
#endif
  static_cast<void>(bytes), static_cast<void>(cut);
  return std::nullopt;
}

struct settings {
  quirk_set allowed;
  std::vector<accepted_row> rows;

  settings() {
    const std::string policy_name = setting("STATUSLINE_POLICY", STATUSLINE_POLICY);
    if (policy_name == "interop")
      allowed = interop.allowed;
    else if (policy_name == "permissive")
      allowed = permissive.allowed;
    else if (policy_name != "strict")
      stop("expected the policy strict, interop or permissive, found \"" + policy_name + "\"");
    const std::string file = setting("STATUSLINE_ACCEPT", "");
    std::ifstream opened;
    std::istringstream built_in{built_in_list};
    if (!file.empty()) {
      opened.open(file, std::ios::binary);
      if (!opened)
        stop(file + ": cannot be read");
    }
    std::istream& in = file.empty() ? static_cast<std::istream&>(built_in) : opened;
    const std::string name = file.empty() ? "the built-in list" : file;
    try {
      rows = read_accepted(in, name);
      for (const accepted_row& row : rows)
        if (!still_true(row))
          stop(name + ":" + std::to_string(row.line) + ": no longer true");
    } catch (const std::runtime_error& e) {
      stop(e.what());
    }
  }

private:
  /// Whether the witness shows the divergence. A divergence that one call cannot show counts as
  /// true.
  [[nodiscard]] bool still_true(const accepted_row& row) const {
    if (row.what.kind == difference::splits) { // of two pieces
      const told whole = ask(row.witness);
      for (std::size_t cut = 0; cut <= row.witness.size(); ++cut) {
        const std::optional<told> again = ask_in_pieces(row.witness, cut);
        if (!again ||
            (contradict(*again, whole) && grounds::split_at(row.witness, {cut}) == row.what))
          return true;
      }
      return false;
    }
    if (row.what.kind >= difference::splits || row.what.detail.starts_with("dead@"))
      return true;
    const std::vector<divergence> shown = judge(ask(row.witness), row.witness, allowed);
    return std::find(shown.begin(), shown.end(), row.what) != shown.end();
  }
};

std::string text_of(const told& t) {
  std::string text{to_string(t.outcome)};
  if (t.major && t.minor)
    text += ", version " + std::to_string(*t.major) + "." + std::to_string(*t.minor);
  if (t.code)
    text += ", code " + std::to_string(*t.code);
  if (t.reason)
    text +=
        ", reason of " + std::to_string(t.reason->size()) + " bytes in hex " + to_hex(*t.reason);
  if (t.end)
    text += ", end " + std::to_string(*t.end);
  return text;
}

[[noreturn]] void report(const divergence& d, const std::string& bytes, const told& got,
                         quirk_set allowed) {
  std::array<char, format_size> line{};
  const parse_result want = reference(bytes, allowed);
  const std::size_t size = format(want, bytes, line);
  const std::string row = std::string{to_string(d.kind)} + "\t" + d.detail + "\t" + to_hex(bytes);
  stop(row + "\n  subject   " + text_of(got) + "\n  expected  " + std::string{line.data(), size} +
       "\n  The first line, without the name of the program, is the row of a list that accepts "
       "this.");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const settings chosen;
  const std::string bytes{reinterpret_cast<const char*>(data), size};
  try {
    const told got = ask(bytes);
    for (const divergence& d : judge(got, bytes, chosen.allowed))
      if (!lists(chosen.rows, d))
        report(d, bytes, got, chosen.allowed);
    // Two pieces, cut at a place that the bytes decide.
    std::size_t sum = size;
    for (const char c : bytes)
      sum = sum * 31 + static_cast<unsigned char>(c);
    const std::size_t cut = sum % (size + 1);
    const std::optional<told> again = ask_in_pieces(bytes, cut);
    if (again && contradict(*again, got)) {
      const divergence splits = grounds::split_at(bytes, {cut});
      if (!lists(chosen.rows, splits)) {
        std::fprintf(stderr, "cut at byte %zu; all at once it answers: %s\n", cut,
                     text_of(got).c_str());
        report(splits, bytes, *again, chosen.allowed);
      }
    }
  } catch (const std::runtime_error& e) {
    stop(e.what());
  }
  return 0;
}
