#include "core/testing/yaml_match.hpp"

#include <algorithm>
#include <cmath>

namespace headrace::testing {

namespace {

constexpr std::size_t longest_shown = 200;

std::string cut(std::string text) {
  if (text.size() <= longest_shown) return text;
  std::size_t end = longest_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not inside a character
  return text.substr(0, end) + "...";
}

std::string quoted(std::string_view text) {
  JsonWriter writer;
  writer.string(text);
  return cut(writer.take());
}

// Where two long texts part, so that the difference is seen and not only their beginnings.
std::string text_difference(const std::string& path, std::string_view actual, const std::string& wanted) {
  const auto parted = std::mismatch(actual.begin(), actual.end(), wanted.begin(), wanted.end());
  const auto at = static_cast<std::size_t>(parted.first - actual.begin());
  if (at < longest_shown / 2) return path + " is " + quoted(actual) + ", not " + quoted(wanted);
  const std::size_t from = at - 20;
  return path + " differs at byte " + std::to_string(at) + ": ..." + quoted(actual.substr(from)) + ", not ..." +
         quoted(std::string_view(wanted).substr(from));
}

bool numbers_equal(double a, double b) { return a == b || std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

bool scalar_equal(const ConfigTree& wanted, const ValueView& actual) {
  const ValueView want = wanted.view();
  switch (actual.shape()) {
    case Shape::null: return want.is_null();
    case Shape::boolean: return !wanted.quoted && wanted.text == (actual.boolean() ? "true" : "false");
    case Shape::integer:
    case Shape::number:
      return (want.shape() == Shape::integer || want.shape() == Shape::number) && numbers_equal(want.number(), actual.number());
    case Shape::string: return wanted.is_scalar() && wanted.text == actual.string();
    default: return false;
  }
}

void match_scalar(const ConfigTree& wanted, const ValueView& actual, const std::string& path, std::vector<Mismatch>& out) {
  if (scalar_equal(wanted, actual)) return;
  if (actual.is_null()) return out.push_back({&wanted, path + " is absent, not " + shown(wanted.view())});
  if (actual.shape() == Shape::string && wanted.is_scalar())
    return out.push_back({&wanted, text_difference(path, actual.string(), wanted.text)});
  out.push_back({&wanted, path + " is " + shown(actual) + ", not " + shown(wanted.view())});
}

void match_list(const ConfigTree& wanted, const ValueView& actual, const std::string& path, std::vector<Mismatch>& out) {
  if (actual.shape() != Shape::list)
    return out.push_back({&wanted, path + " is " + (actual.is_null() ? "absent" : shown(actual)) + ", not a list"});
  const auto elements = actual.elements();
  if (elements.size() != wanted.items.size())
    return out.push_back({&wanted, path + " has " + std::to_string(elements.size()) + " elements, not " +
                                       std::to_string(wanted.items.size()) + ": " + shown(actual)});
  for (std::size_t i = 0; i < elements.size(); ++i) match(wanted.items[i], elements[i], path + "[" + std::to_string(i) + "]", out);
}

bool is_contains(const ConfigTree& wanted, const ValueView& actual) {
  return wanted.members.size() == 1 && wanted.members[0].name == "contains" && actual.shape() != Shape::object;
}

bool element_matches(const ConfigTree& wanted, const ValueView& element) {
  std::vector<Mismatch> differences;
  match(wanted, element, "", differences);
  return differences.empty();
}

void match_contains(const ConfigTree& part, const ValueView& actual, const std::string& path, std::vector<Mismatch>& out) {
  if (actual.shape() == Shape::list) {
    for (const ValueView& element : actual.elements())
      if (element_matches(part, element)) return;
  } else if (actual.shape() == Shape::string && part.is_scalar()) {
    if (actual.string().find(part.text) != std::string_view::npos) return;
  }
  out.push_back({&part, path + " does not contain " + shown(part.view()) + ": it is " + (actual.is_null() ? "absent" : shown(actual))});
}

void match_map(const ConfigTree& wanted, const ValueView& actual, const std::string& path, std::vector<Mismatch>& out) {
  if (is_contains(wanted, actual)) return match_contains(wanted.members[0].value, actual, path, out);
  if (wanted.member("contains") && actual.shape() == Shape::string)
    return out.push_back({&wanted, path + " is a text: {contains: ...} has one member only; a text with a comma needs quotes"});
  if (actual.shape() != Shape::object)
    return out.push_back({&wanted, path + " is " + (actual.is_null() ? "absent" : shown(actual)) + ", not a map"});
  for (const auto& member : wanted.members) {
    const std::string inside = path + (path.empty() ? "" : ".") + member.name;
    if (const auto found = actual.member(member.name)) match(member.value, *found, inside, out);
    else if (!member.value.view().is_null()) out.push_back({&member.value, inside + " is absent"});
  }
}

}  // namespace

std::string shown(const ValueView& value) {
  JsonWriter writer;
  write_json(writer, value);
  return cut(writer.take());
}

void match(const ConfigTree& wanted, const ValueView& actual, const std::string& path, std::vector<Mismatch>& out) {
  switch (wanted.kind) {
    case ConfigTree::Kind::list: return match_list(wanted, actual, path, out);
    case ConfigTree::Kind::map: return match_map(wanted, actual, path, out);
    default: return match_scalar(wanted, actual, path, out);
  }
}

}  // namespace headrace::testing
