#include "tests/core/cli/json_schema.hpp"

#include <algorithm>
#include <regex>
#include <set>
#include <stdexcept>

namespace headrace::cli_test {

namespace {

bool is_type(std::string_view name, Shape shape) {
  switch (shape) {
    case Shape::null: return name == "null";
    case Shape::boolean: return name == "boolean";
    case Shape::integer: return name == "integer" || name == "number";
    case Shape::number: return name == "number";
    case Shape::string: return name == "string";
    case Shape::list: return name == "array";
    case Shape::object: return name == "object";
  }
  return false;
}

bool has_type(const ValueView& types, const ValueView& value) {
  if (types.shape() == Shape::string) return is_type(types.string(), value.shape());
  const auto all = types.elements();
  return std::any_of(all.begin(), all.end(), [&](const ValueView& each) { return is_type(each.string(), value.shape()); });
}

bool is_number(const ValueView& value) { return value.shape() == Shape::integer || value.shape() == Shape::number; }
bool equals(const ValueView& text, const ValueView& value) { return value.shape() == Shape::string && value.string() == text.string(); }

const std::set<std::string_view> only_said{"$schema", "title", "description", "default", "definitions"};
const std::set<std::string_view> of_objects{"properties", "required", "additionalProperties"};

}  // namespace

std::vector<std::string> JsonSchema::problems(const ValueView& value) const {
  Problems out;
  check(root(), value, "", out);
  return out;
}

bool JsonSchema::fits(const ValueView& schema, const ValueView& value) const {
  Problems out;
  check(schema, value, "", out);
  return out.empty();
}

ValueView JsonSchema::definition(std::string_view reference) const {
  constexpr std::string_view before = "#/definitions/";
  const auto found = reference.starts_with(before) ? root().member("definitions")->member(reference.substr(before.size())) : std::nullopt;
  if (!found) throw std::runtime_error("there is no " + std::string(reference));
  return *found;
}

void JsonSchema::check(const ValueView& schema, const ValueView& value, const std::string& path, Problems& out) const {
  if (schema.shape() == Shape::boolean) {
    if (!schema.boolean()) out.push_back(path + ": nothing may stand here");
    return;
  }
  for (const auto& [keyword, rule] : schema.members()) check_keyword(keyword, rule, schema, value, path, out);
}

void JsonSchema::check_choice(const ValueView& schema, const ValueView& value, const std::string& path, Problems& out) const {
  const auto branch = schema.member(fits(*schema.member("if"), value) ? "then" : "else");
  if (branch) check(*branch, value, path, out);
}

void JsonSchema::check_object(std::string_view keyword, const ValueView& rule, const ValueView& schema, const ValueView& value,
                              const std::string& path, Problems& out) const {
  if (value.shape() != Shape::object) return;
  if (keyword == "required") {
    for (const ValueView& name : rule.elements())
      if (!value.member(name.string())) out.push_back(path + ": no '" + std::string(name.string()) + "'");
    return;
  }
  const auto known = schema.member("properties");
  for (const auto& [name, member] : value.members()) {
    const std::string inside = path + "." + std::string(name);
    const auto property = known ? known->member(name) : std::nullopt;
    if (keyword == "properties" && property) check(*property, member, inside, out);
    if (keyword == "additionalProperties" && !property) check(rule, member, inside, out);
  }
}

void JsonSchema::check_keyword(std::string_view keyword, const ValueView& rule, const ValueView& schema, const ValueView& value,
                               const std::string& path, Problems& out) const {
  const auto demand = [&](bool met) {
    if (!met) out.push_back(path + ": against '" + std::string(keyword) + "'");
  };
  const auto any = [&](const auto& test) {
    const auto all = rule.elements();
    return std::any_of(all.begin(), all.end(), test);
  };
  if (keyword == "$ref") check(definition(rule.string()), value, path, out);
  else if (of_objects.contains(keyword)) check_object(keyword, rule, schema, value, path, out);
  else if (keyword == "if") check_choice(schema, value, path, out);
  else if (keyword == "type") demand(has_type(rule, value));
  else if (keyword == "const") demand(equals(rule, value));
  else if (keyword == "enum") demand(any([&](const ValueView& each) { return equals(each, value); }));
  else if (keyword == "anyOf") demand(any([&](const ValueView& each) { return fits(each, value); }));
  else if (keyword == "allOf")
    for (const ValueView& each : rule.elements()) check(each, value, path, out);
  else if (keyword == "items") {
    if (value.shape() == Shape::list)
      for (const ValueView& each : value.elements()) check(rule, each, path + "[]", out);
  } else if (keyword == "pattern") {
    demand(value.shape() != Shape::string || std::regex_search(std::string(value.string()), std::regex(std::string(rule.string()))));
  } else if (keyword == "minimum") demand(!is_number(value) || value.number() >= rule.number());
  else if (keyword == "maximum") demand(!is_number(value) || value.number() <= rule.number());
  else if (keyword != "then" && keyword != "else" && !only_said.contains(keyword))
    throw std::runtime_error("the validator does not know '" + std::string(keyword) + "'");
}

}  // namespace headrace::cli_test
