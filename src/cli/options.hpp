// SPDX-License-Identifier: MIT
//
// The command line, defined once: for the tool, its man page and its completion.
#pragma once

#include "inputs.hpp"
#include "output.hpp"

#include <statusline/registry.hpp>
#include <statusline/statusline.hpp>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace CLI { // which needs seconds to compile
class App;
class Option;
} // namespace CLI

namespace statusline::cli {

inline constexpr std::array<const registry*, 2> built_in = {&iana, &documented};

inline constexpr std::array<std::pair<std::string_view, body_rule>, 3> body_rules = {
    {{"auto", body_rule::automatic}, {"none", body_rule::none}, {"skip", body_rule::believed}}};

/// Ordered: the tool exits with the highest that occurs.
enum exit_status : int { all_valid = 0, found_invalid = 1, bad_usage = 2, io_failed = 3 };
inline constexpr std::array<std::string_view, 4> exit_meanings = {
    "Every input is valid, and --fail-on matched none.",
    "An input is not valid or matched --fail-on; explain: no registry has the code or phrase.",
    "The command line is wrong. Nothing was read.",
    "A file or a registry could not be read, or standard output could not be written. The other "
    "files were still read."};

/// The status that a shell reports for a program that Ctrl-C ended.
inline constexpr int interrupted = 130;
inline constexpr std::string_view interrupted_meaning =
    "Ctrl-C (SIGINT) ended parse --summary, which printed what it had counted.";

/// What --fail-on matches: a name, or codes from `first` to `last`.
struct fail_rule {
  std::string text;
  bool is_codes = false;
  unsigned first = 0, last = 0;
};

enum class table_form : std::uint8_t { table, tsv, cpp };
inline constexpr std::array<std::pair<std::string_view, table_form>, 2> table_forms = {
    {{"tsv", table_form::tsv}, {"cpp", table_form::cpp}}};

enum class colouring : std::uint8_t { automatic, always, never };
inline constexpr std::array<std::pair<std::string_view, colouring>, 3> colourings = {
    {{"auto", colouring::automatic}, {"always", colouring::always}, {"never", colouring::never}}};

struct options {
  std::vector<std::string> arguments;      ///< files, or the words of a phrase
  std::vector<std::string> registry_names; ///< each once; none: the built-in ones
  policy allowed;
  std::vector<std::pair<unsigned, unsigned>> codes; ///< of explain, if each argument is one
  std::vector<fail_rule> fail_on;
  reading how;
  colouring colour = colouring::automatic;
  table_form form = table_form::table;
  bool json = false;
  bool brief = false;
  bool quiet = false;
  bool summary = false;
};

/// The names by which `--fail-on` can match a line.
[[nodiscard]] std::vector<std::string_view> names_of(const status_line& line, const registry& r);
/// Every name that `--fail-on` can match, and those of all quirks.
[[nodiscard]] std::vector<std::string_view> all_names();
[[nodiscard]] std::vector<std::string_view> quirk_names();

class command_line {
public:
  command_line();
  ~command_line();
  command_line(const command_line&) = delete;
  command_line& operator=(const command_line&) = delete;

  /// Returns the command that was chosen. Null if there is nothing left to do: help, the version or
  /// an error was printed, and `status` is the tool's.
  const CLI::App* read(int argc, const char* const* argv, output& out, int& status);

  const std::unique_ptr<CLI::App> app;
  options chosen;
  CLI::App* parse;
  CLI::App* explain;
  CLI::App* registry_table;
  CLI::App* quirks;
  CLI::App* merge;

  /// The values that an option or an argument accepts: these names, a list of them, files.
  struct completion {
    std::vector<std::string_view> names;
    bool list = false;
    bool files = false;
  };
  std::map<const CLI::Option*, completion> values;

private:
  /// Throws CLI::ParseError, for --help and --version too.
  const CLI::App* read(int argc, const char* const* argv);
  template <class T>
  CLI::Option* option(CLI::App* to, const char* name, T& value, const char* type, const char* help,
                      std::vector<std::string_view> known);
  CLI::Option* arguments(CLI::App* to, const char* name, const char* help, bool files);

  std::string policy_name_ = "strict";
  std::string body_name_ = "auto";
  std::string colour_name_ = "auto";
  std::string form_name_;
  std::optional<std::string> table_name_; ///< of the command registry
  std::string max_size_ = "8192";
  std::vector<std::string> allow_, fail_on_;
  bool lines_ = false;
  bool follow_ = false;
};

} // namespace statusline::cli
