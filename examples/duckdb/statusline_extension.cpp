// SPDX-License-Identifier: MIT
//
// The parser as functions of DuckDB, on its stable C extension API (v1.2.0). build.sh builds it;
// docs/duckdb.md documents the functions.
#define DUCKDB_EXTENSION_NAME statusline
#include <duckdb_extension.h>

#include <statusline/registry.hpp>
#include <statusline/statusline.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

DUCKDB_EXTENSION_EXTERN

namespace {

using statusline::policy;
using statusline::quirk_set;

/// The values of an argument: of VARCHAR and BLOB, which DuckDB stores alike.
class argument {
public:
  argument(duckdb_data_chunk arguments, idx_t column) {
    if (column >= duckdb_data_chunk_get_column_count(arguments))
      return;
    duckdb_vector vector = duckdb_data_chunk_get_vector(arguments, column);
    values_ = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
    validity_ = duckdb_vector_get_validity(vector);
  }
  [[nodiscard]] bool given() const { return values_ != nullptr; }
  [[nodiscard]] bool is_null(idx_t row) const {
    return validity_ != nullptr && !duckdb_validity_row_is_valid(validity_, row);
  }
  /// Reads the fields, which the header declares: two calls for each row would take as long as the
  /// parser.
  [[nodiscard]] std::string_view operator[](idx_t row) const {
    const duckdb_string_t& text = values_[row];
    const std::size_t size = text.value.inlined.length;
    return {size <= sizeof text.value.inlined.inlined ? text.value.inlined.inlined
                                                      : text.value.pointer.ptr,
            size};
  }

private:
  duckdb_string_t* values_ = nullptr;
  uint64_t* validity_ = nullptr;
};

/// A result of one type. Each row is set once, to a value or to NULL.
class column {
public:
  explicit column(duckdb_vector vector) : vector_{vector}, values_{duckdb_vector_get_data(vector)} {
    duckdb_vector_ensure_validity_writable(vector);
    validity_ = duckdb_vector_get_validity(vector);
  }
  void null(idx_t row) { duckdb_validity_set_row_invalid(validity_, row); }
  template <class T> void number(idx_t row, T value) { static_cast<T*>(values_)[row] = value; }
  /// A short text is in the row itself, with zeros after it. Most names are short, and a call for
  /// each made statusline_parse 1.6 times as slow.
  void text(idx_t row, std::string_view value) {
    duckdb_string_t in_row{};
    if (value.size() <= sizeof in_row.value.inlined.inlined) {
      in_row.value.inlined.length = static_cast<std::uint32_t>(value.size());
      std::ranges::copy(value, in_row.value.inlined.inlined);
      number(row, in_row);
      return;
    }
    duckdb_vector_assign_string_element_len(vector_, row, value.data(), value.size());
  }

private:
  duckdb_vector vector_;
  void* values_;
  uint64_t* validity_;
};

// Each of these classes writes one kind of result: line() for an answer of the parser, null() where
// an argument is NULL.

class code_result {
public:
  explicit code_result(duckdb_vector vector) : codes_{vector} {}
  void null(idx_t row) { codes_.null(row); }
  void line(idx_t row, const statusline::parse_result& r) {
    r ? codes_.number<std::uint16_t>(row, r.line.code) : null(row);
  }

private:
  column codes_;
};

class reason_result {
public:
  explicit reason_result(duckdb_vector vector) : reasons_{vector} {}
  void null(idx_t row) { reasons_.null(row); }
  void line(idx_t row, const statusline::parse_result& r) {
    r ? reasons_.text(row, r.line.reason) : null(row);
  }

private:
  column reasons_;
};

class quirks_result {
public:
  explicit quirks_result(duckdb_vector vector) : vector_{vector}, lists_{vector} {
    duckdb_list_vector_set_size(vector, 0);
  }
  void null(idx_t row) {
    lists_.number<duckdb_list_entry>(row, {size_, 0});
    lists_.null(row);
  }
  void line(idx_t row, const statusline::parse_result& r) {
    const quirk_set quirks = r.line.quirks;
    lists_.number<duckdb_list_entry>(row, {size_, quirks.size()});
    if (quirks.empty())
      return;
    duckdb_list_vector_reserve(vector_, size_ + quirks.size());
    for (const statusline::quirk q : quirks) {
      const std::string_view name = to_string(q);
      // Reserving may move the child's values, so that it is asked for again each time.
      duckdb_vector_assign_string_element_len(duckdb_list_vector_get_child(vector_), size_++,
                                              name.data(), name.size());
    }
    duckdb_list_vector_set_size(vector_, size_);
  }

private:
  duckdb_vector vector_;
  column lists_;
  std::uint64_t size_ = 0; ///< of all lists
};

class struct_result {
public:
  explicit struct_result(duckdb_vector vector)
      : structs_{vector}, ok_{child(vector, 0)}, error_{child(vector, 1)}, end_{child(vector, 2)},
        code_{child(vector, 3)}, version_{child(vector, 4)}, reason_{child(vector, 5)},
        quirks_{child(vector, 6)}, standing_{child(vector, 7)}, phrase_{child(vector, 8)},
        class_{child(vector, 9)} {}

  static constexpr std::size_t size = 10;
  static constexpr std::size_t quirks = 6; ///< VARCHAR[]
  static constexpr std::array<const char*, size> names = {
      "ok", "error", "end", "code", "version", "reason", "quirks", "standing", "phrase", "class"};
  static constexpr std::array<duckdb_type, size> types = {
      DUCKDB_TYPE_BOOLEAN, DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_UBIGINT, DUCKDB_TYPE_USMALLINT,
      DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_BLOB,    DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_VARCHAR,
      DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_VARCHAR};

  /// The members too: DuckDB reads a member without the validity of the struct.
  void null(idx_t row) {
    structs_.null(row);
    quirks_.null(row);
    for (column* c : {&ok_, &error_, &end_})
      c->null(row);
    no_line(row);
  }
  void line(idx_t row, const statusline::parse_result& r) {
    ok_.number(row, static_cast<bool>(r));
    end_.number<std::uint64_t>(row, r.end);
    quirks_.line(row, r);
    if (!r) {
      error_.text(row, to_string(r.error));
      no_line(row);
      return;
    }
    error_.null(row);
    const statusline::assessment judged = assess(r.line, statusline::iana);
    const auto digit = [](unsigned d) { return static_cast<char>('0' + d); };
    const char version[] = {digit(r.line.version.major), '.', digit(r.line.version.minor)};
    code_.number(row, r.line.code);
    version_.text(row, {version, sizeof version});
    reason_.text(row, r.line.reason);
    standing_.text(row, to_string(judged.code));
    phrase_.text(row, to_string(judged.phrase));
    class_.text(row, to_string(statusline::classify(r.line.code)));
  }

private:
  static duckdb_vector child(duckdb_vector vector, idx_t member) {
    return duckdb_struct_vector_get_child(vector, member);
  }
  void no_line(idx_t row) {
    for (column* c : {&code_, &version_, &reason_, &standing_, &phrase_, &class_})
      c->null(row);
  }

  column structs_;
  column ok_, error_, end_, code_, version_, reason_;
  quirks_result quirks_;
  column standing_, phrase_, class_;
};

/// Adds what a policy or a quirk of this name allows. Returns false if there is none.
bool add_named(quirk_set& allowed, std::string_view name) {
  if (name == "strict")
    return true;
  for (const auto& [known, p] :
       {std::pair{"interop", statusline::interop}, std::pair{"permissive", statusline::permissive}})
    if (name == known) {
      allowed |= p.allowed;
      return true;
    }
  for (const statusline::quirk q : quirk_set::all())
    if (name == to_string(q)) {
      allowed.insert(q);
      return true;
    }
  return false;
}

/// The policy of a list such as `interop,unterminated`, or a message.
std::optional<policy> read_policy(std::string_view list, std::string& message) {
  policy p = statusline::strict;
  for (std::string_view rest = list;;) {
    const std::string_view name = rest.substr(0, rest.find(','));
    if (!add_named(p.allowed, name)) {
      message = "statusline: \"";
      message += name;
      message += "\" is not a policy; expected strict, interop, permissive or a quirk, or several "
                 "of these with commas between them";
      return std::nullopt;
    }
    if (name.size() == rest.size())
      return p;
    rest.remove_prefix(name.size() + 1);
  }
}

/// Parses each row, as `statusline parse` does: each is a complete input.
template <class Result>
void parse_rows(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector out) {
  const argument lines{arguments, 0};
  const argument policies{arguments, 1};
  Result result{out};
  policy p = statusline::strict;
  std::string_view policy_name = "strict";
  const idx_t rows = duckdb_data_chunk_get_size(arguments);
  for (idx_t row = 0; row < rows; ++row) {
    if (lines.is_null(row) || (policies.given() && policies.is_null(row))) {
      result.null(row);
      continue;
    }
    if (policies.given() && policies[row] != policy_name) {
      std::string message;
      const std::optional<policy> other = read_policy(policies[row], message);
      if (!other) {
        duckdb_scalar_function_set_error(info, message.c_str());
        return;
      }
      p = *other;
      policy_name = policies[row];
    }
    result.line(row, parse_complete(lines[row], p));
  }
}

/// A type of DuckDB, destroyed at the end of its scope.
class type {
public:
  explicit type(duckdb_type id) : handle_{duckdb_create_logical_type(id)} {}
  explicit type(duckdb_logical_type handle) : handle_{handle} {}
  type(const type&) = delete;
  type& operator=(const type&) = delete;
  ~type() { duckdb_destroy_logical_type(&handle_); }
  [[nodiscard]] duckdb_logical_type get() const { return handle_; }

private:
  duckdb_logical_type handle_;
};

duckdb_logical_type list_of_names() {
  const type name{DUCKDB_TYPE_VARCHAR};
  return duckdb_create_list_type(name.get());
}

duckdb_logical_type struct_type() {
  std::array<duckdb_logical_type, struct_result::size> members{};
  std::array<const char*, struct_result::size> names = struct_result::names;
  for (std::size_t i = 0; i < members.size(); ++i)
    members[i] = i == struct_result::quirks ? list_of_names()
                                            : duckdb_create_logical_type(struct_result::types[i]);
  duckdb_logical_type made =
      duckdb_create_struct_type(members.data(), names.data(), members.size());
  for (duckdb_logical_type& member : members)
    duckdb_destroy_logical_type(&member);
  return made;
}

/// Registers name(line) and name(line, policy), for lines in BLOB and in VARCHAR. Without the
/// latter DuckDB would cast VARCHAR to BLOB, which replaces `\x0A` and the like.
template <class Result>
bool add_function(duckdb_connection connection, const char* name, const type& returned) {
  const type names{DUCKDB_TYPE_VARCHAR};
  duckdb_scalar_function_set set = duckdb_create_scalar_function_set(name);
  bool added = true;
  for (const duckdb_type bytes : {DUCKDB_TYPE_BLOB, DUCKDB_TYPE_VARCHAR})
    for (const bool with_policy : {false, true}) {
      const type line{bytes};
      duckdb_scalar_function function = duckdb_create_scalar_function();
      duckdb_scalar_function_set_name(function, name);
      duckdb_scalar_function_add_parameter(function, line.get());
      if (with_policy)
        duckdb_scalar_function_add_parameter(function, names.get());
      duckdb_scalar_function_set_return_type(function, returned.get());
      duckdb_scalar_function_set_function(function, parse_rows<Result>);
      added &= duckdb_add_scalar_function_to_set(set, function) == DuckDBSuccess;
      duckdb_destroy_scalar_function(&function);
    }
  added &= duckdb_register_scalar_function_set(connection, set) == DuckDBSuccess;
  duckdb_destroy_scalar_function_set(&set);
  return added;
}

} // namespace

DUCKDB_EXTENSION_ENTRYPOINT(duckdb_connection connection, duckdb_extension_info info,
                            duckdb_extension_access* access) {
  const bool added =
      add_function<struct_result>(connection, "statusline_parse", type{struct_type()}) &&
      add_function<code_result>(connection, "statusline_code", type{DUCKDB_TYPE_USMALLINT}) &&
      add_function<reason_result>(connection, "statusline_reason", type{DUCKDB_TYPE_BLOB}) &&
      add_function<quirks_result>(connection, "statusline_quirks", type{list_of_names()});
  if (!added)
    access->set_error(info, "statusline: a function of this name exists already");
  return added;
}
