// SPDX-License-Identifier: MIT
//
// `registry --write`: a registry as TSV, which reads back the same, and as a C++ header.
#include "registry_file.hpp"
#include "report.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace statusline::cli {
namespace {

/// A field of TSV: in quotes where it would be read as something else.
std::string field(std::string_view text) {
  if (!text.starts_with('"') && text.find('\t') == text.npos)
    return std::string{text};
  std::string out = "\"";
  for (const char c : text)
    out += c == '"' ? "\"\"" : std::string{c};
  return out + '"';
}

std::string three(unsigned code) {
  const std::string digits = std::to_string(code);
  return std::string(3 - std::min<std::size_t>(digits.size(), 3), '0') + digits;
}

/// A literal of C++.
std::string literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
      out += c;
      continue;
    }
    char octal[8];
    std::snprintf(octal, sizeof octal, "\\%03o",
                  static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += octal;
  }
  return out + '"';
}

/// `mine_registry` for "dir/mine.tsv": letters, digits, single underscores, and no keyword.
std::string identifier(std::string_view name) {
  name = name.substr(name.find_last_of("/\\") + 1);
  name = name.substr(0, name.find('.'));
  std::string out;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || (c >= '0' && c <= '9' && !out.empty()))
      out += c;
    else if (!out.empty() && out.back() != '_')
      out += '_';
  }
  return out + (out.empty() || out.back() == '_' ? "registry" : "_registry");
}

} // namespace

void write_tsv(output& out, const registry& r) {
  if (!r.snapshot.empty())
    out << "# snapshot: " << r.snapshot << "\n";
  out << "code\tphrase\tmeaning\tstate\tadvice\tcacheable\treference\n";
  for (const registry_entry& row : r.entries) {
    out << three(row.code) << "\t" << field(row.phrase) << "\t" << field(row.meaning) << "\t"
        << to_string(row.state) << "\t" << to_string(row.advice) << "\t"
        << (row.heuristically_cacheable ? "yes" : "no") << "\t" << field(row.reference) << "\n";
    for (const phrase_alias& a : r.aliases)
      if (a.code == row.code)
        out << three(a.code) << "\t" << field(a.phrase) << "\t\t\t\t\t\n";
  }
}

void write_cpp(output& out, const registry& r) {
  const std::string name = identifier(r.name);
  out << "// Written by `statusline registry --write cpp`.\n#pragma once\n\n"
         "#include <statusline/registry.hpp>\n\n"
         "inline constexpr statusline::registry_entry "
      << name << "_rows[] = {\n";
  for (const registry_entry& row : r.entries)
    out << "    {" << std::to_string(row.code)
        << ", statusline::entry_state::" << to_string(row.state)
        << ", statusline::client_advice::" << to_string(row.advice) << ", "
        << (row.heuristically_cacheable ? "true" : "false") << ", " << literal(row.phrase) << ", "
        << literal(row.meaning) << ", " << literal(row.reference) << "},\n";
  out << "};\n";
  if (!r.aliases.empty()) {
    out << "inline constexpr statusline::phrase_alias " << name << "_aliases[] = {\n";
    for (const phrase_alias& a : r.aliases)
      out << "    {" << std::to_string(a.code) << ", statusline::alias_kind::" << to_string(a.kind)
          << ", " << literal(a.phrase) << "},\n";
    out << "};\n";
  }
  const bool indexed = r.entries.size() <= most_indexed;
  if (indexed)
    out << "inline constexpr auto " << name << "_index = statusline::index_of(" << name
        << "_rows);\ninline constexpr auto " << name << "_phrases = statusline::phrase_index_of("
        << name << "_rows);\n";
  out << "inline constexpr statusline::registry " << name << "{\n    " << literal(r.name) << ", "
      << literal(r.snapshot) << ", " << name << "_rows, "
      << (indexed ? name + "_index, " + name + "_phrases" : "{}, {}") << ", "
      << (r.aliases.empty() ? "{}" : name + "_aliases") << "};\nstatic_assert(" << name
      << ".sorted());\n";
}

} // namespace statusline::cli
