#include "nodes/extract/attribute_names.hpp"

namespace headrace {

namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

constexpr std::size_t longest = std::max_element(attributes_looked_at.begin(), attributes_looked_at.end(),
                                                 [](auto a, auto b) { return a.size() < b.size(); }) -> size();

}  // namespace

int number_of_attribute(std::string_view name) {
  if (name.size() > longest) return -1;
  char text[longest];
  std::transform(name.begin(), name.end(), text, lower);
  const std::string_view lower_case(text, name.size());
  const auto* const found = std::lower_bound(attributes_looked_at.begin(), attributes_looked_at.end(), lower_case);
  return found == attributes_looked_at.end() || *found != lower_case ? -1 : static_cast<int>(found - attributes_looked_at.begin());
}

}  // namespace headrace
