// SPDX-License-Identifier: MIT
//
// The library and the tool's reports as a WebAssembly module without imports. The npm package and
// the playground load it.
//
// The caller puts the bytes at the address that input() returns, calls a function, and reads
// output_size() bytes of UTF-8 from the address that this returns. They are valid until the next
// call.
#include "cli/output.hpp"
#include "cli/report.hpp"

#include <statusline/detail/machine.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include <wasi/api.h>

namespace statusline::cli {
namespace {

std::string input_bytes;
std::string output_text;
std::size_t columns_of_output = 100;
bool colour_of_output = false;

constexpr std::array registries = {iana, documented};

std::string_view bytes(std::size_t size) { return std::string_view{input_bytes}.substr(0, size); }

/// Calls `print` with a new output, and returns the address of the text.
template <class Print> const char* printed(Print print) {
  output out;
  print(out);
  out.flush();
  return output_text.data();
}

/// The input, under the name that `statusline parse` uses for standard input.
input standard_input(std::size_t size, const policy& p) {
  static const std::string name = "-";
  const parse_result result = parse_complete(bytes(size), p);
  return {name, 0, result ? bytes(size) : bytes(size).substr(0, ahead_of(p)), result};
}

policy policy_of(unsigned allowed, std::size_t max_size) {
  return {quirk_set::from_bits(allowed) & quirk_set::all(), max_size};
}

} // namespace

// output.cpp writes to standard output. A module has none.
output::output() : columns_{columns_of_output}, colour_{colour_of_output} {}
output& output::operator<<(std::string_view text) {
  buffer_ += text;
  return *this;
}
void output::flush() { output_text = std::exchange(buffer_, {}); }
void complain(output& /*out*/, std::string_view /*message*/) {}

} // namespace statusline::cli

using namespace statusline;
using namespace statusline::cli;

#define EXPORT(name) extern "C" [[gnu::visibility("default"), clang::export_name(#name)]]

/// Room for the `size` bytes of the next call.
EXPORT(input) char* module_input(std::size_t size) {
  input_bytes.resize(size);
  return input_bytes.data();
}

EXPORT(output_size) std::size_t module_output_size() { return output_text.size(); }

/// The output of `statusline parse --json`. `allowed`: the bits of the quirks.
EXPORT(parse) const char* module_parse(std::size_t size, unsigned allowed, std::size_t max_size) {
  return printed([=](output& out) {
    const policy p = policy_of(allowed, max_size);
    report_json(out, standard_input(size, p), p, iana);
  });
}

/// The output of `statusline parse`, on lines of this width, at least 60. `colour`: with the
/// sequences of a terminal.
EXPORT(text)
const char* module_text(std::size_t size, unsigned allowed, std::size_t max_size,
                        std::size_t columns, bool colour) {
  columns_of_output = columns;
  colour_of_output = colour;
  return printed([=](output& out) {
    const policy p = policy_of(allowed, max_size);
    report_text(out, standard_input(size, p), p, registries, {});
  });
}

/// A JSON array with [state, next state, bits of the quirks shown] for each octet that the policy
/// accepts, and for the end of the input if that ends the line.
EXPORT(path) const char* module_path(std::size_t size, unsigned allowed, std::size_t max_size) {
  return printed([=](output& out) {
    const policy p = policy_of(allowed, max_size);
    detail::machine m;
    const char* comma = "[";
    const auto step = [&](auto read) {
      const auto from = static_cast<unsigned>(m.where);
      m.passed = {};
      if (!read())
        return false;
      out << comma << "[" << std::to_string(from) << ","
          << std::to_string(static_cast<unsigned>(m.where)) << ","
          << std::to_string(m.quirks().bits()) << "]";
      comma = ",";
      return m.error == errc::need_more;
    };
    std::string_view rest = bytes(size).substr(0, p.max_size);
    while (!rest.empty() && step([&] { return m.run(rest.data(), 1, p.allowed) == 1; }))
      rest.remove_prefix(1);
    if (rest.empty() && size <= p.max_size && m.error == errc::need_more)
      step([&] {
        m.finish(p.allowed);
        return m.error == errc::ok;
      });
    out << (*comma == '[' ? "[]" : "]");
  });
}

/// The output of `statusline explain --json` for a code of three digits or a phrase: JSON objects,
/// one a line.
EXPORT(explain) const char* module_explain(std::size_t size) {
  return printed([=](output& out) {
    const std::string_view query = bytes(size);
    if (query.find_first_not_of("0123456789") != query.npos)
      explain_phrase(out, query, registries, true);
    else if (const auto code =
                 static_cast<unsigned>(std::strtoul(input_bytes.c_str(), nullptr, 10));
             true)
      explain_codes(out, code, code, registries, true);
  });
}

/// The output of `statusline quirks --json`: the quirks in the order of their bits, then the
/// policies.
EXPORT(quirks) const char* module_quirks() {
  return printed([](output& out) { print_quirks(out, true); });
}

// snprintf(), with which the JSON of a control character is written, is linked with all of stdio,
// and so with these functions of WASI. No file is ever open here.
extern "C" {
__wasi_errno_t __wasi_fd_close(__wasi_fd_t /*fd*/) { return __WASI_ERRNO_BADF; }
__wasi_errno_t __wasi_fd_seek(__wasi_fd_t /*fd*/, __wasi_filedelta_t /*offset*/,
                              __wasi_whence_t /*whence*/, __wasi_filesize_t* /*at*/) {
  return __WASI_ERRNO_BADF;
}
__wasi_errno_t __wasi_fd_write(__wasi_fd_t /*fd*/, const __wasi_ciovec_t* /*from*/,
                               size_t /*count*/, __wasi_size_t* /*written*/) {
  return __WASI_ERRNO_BADF;
}
}
