// Parameters of a pipeline file, and `${...}` in its scalar values, replaced after parsing:
//
//   ${name}             the value of a parameter; a scalar that is nothing else takes its whole value, a list as well
//   ${name:-default}    the same, or the default when the value is empty
//   ${env.NAME}         an environment variable
//   $${                 a literal ${
//
// The type is that of the field that uses the scalar. A path starts where its beginning was written: in the file, or, when
// it begins with a parameter or a variable, where that value was written.
#pragma once
#include <unordered_map>

#include "core/config/tree.hpp"

namespace headrace {

// The tag of a scalar that stands for a required parameter without a value: "!unset feeds".
inline constexpr std::string_view unset_tag = "!unset ";
bool is_unset(const ConfigTree& tree);                 // this scalar
const ConfigTree* find_unset(const ConfigTree& tree);  // the first one in it; null when there is none

// Parameters can use each other, so that a small file can mean a huge value: what takes the place of variables is bounded
// in depth, in number of values and in bytes.
class Params {
 public:
  static constexpr std::size_t max_depth = 200, most_values = 100'000, most_text = std::size_t{4} << 20;

  explicit Params(DiagnosticList& diagnostics) : diagnostics_(&diagnostics) {}

  // Reads a `params:` section: defaults from top to bottom, each of which may use those above it.
  void declare(const ConfigTree& section);
  // A value for a declared parameter. `owner` says whose parameters they are when there is none of this name.
  void set(const std::string& name, const ConfigTree& value, const std::string& owner, const Place& at);
  // Settles the defaults; after it, values can be used.
  void close();
  void interpolate(ConfigTree& tree);
  void warn_unused() const;

 private:
  struct Param {
    std::string name;
    Place at;
    ConfigTree value;
    bool given = false, required = false, used = false;
  };
  struct Piece {
    const ConfigTree* value = nullptr;  // null: not found, and reported
    bool is_default = false;
  };
  void interpolate(ConfigTree& tree, std::size_t depth);
  void interpolate_scalar(ConfigTree& tree, std::size_t depth);
  bool within_limits(const ConfigTree& scalar, const ConfigTree& value, std::size_t depth);
  Place exact_place(const ConfigTree& scalar, std::string_view token) const;
  Piece look_up(const ConfigTree& scalar, std::string_view expression, ConfigTree& scratch);
  Param* find(std::string_view name);
  std::vector<std::string> names() const;

  DiagnosticList* diagnostics_;
  std::vector<Param> params_;
  std::unordered_map<std::string, std::size_t> index_;
  std::size_t values_ = 0, text_ = 0;  // put in place of variables so far
  bool exhausted_ = false;             // a limit was reached, and reported
  std::size_t visible_ = 0;            // while defaults are settled, only those above
};

}  // namespace headrace
