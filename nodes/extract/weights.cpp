#include "nodes/extract/weights.hpp"

#include <charconv>
#include <stdexcept>
#include <vector>

namespace headrace {

namespace {

// "group.name" to its value; null when there is none.
double* find(std::span<const WeightGroup> groups, std::string_view full) {
  const std::size_t point = std::min(full.find('.'), full.size());
  for (const WeightGroup& each : groups) {
    if (full.substr(0, point) != each.group || point == full.size()) continue;
    const auto name = std::find(each.names.begin(), each.names.end(), full.substr(point + 1));
    if (name != each.names.end()) return &each.values[static_cast<std::size_t>(name - each.names.begin())];
  }
  return nullptr;
}

}  // namespace

std::string write_weights(std::span<const WeightGroup> groups) {
  std::string out;
  for (const WeightGroup& each : groups)
    for (std::size_t i = 0; i < each.names.size(); ++i) {
      char digits[64];
      const auto end = std::to_chars(digits, digits + sizeof digits, each.values[i], std::chars_format::fixed, 4).ptr;
      ((((out += each.group) += '.') += each.names[i]) += ' ').append(digits, end) += '\n';
    }
  return out;
}

void read_weights(std::string_view text, std::span<const WeightGroup> groups) {
  std::vector<const double*> read;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t blank = std::min(line.find(' '), line.size());
    double* const weight = find(groups, line.substr(0, blank));
    double value = 0;
    const char *from = line.data() + std::min(blank + 1, line.size()), *end = line.data() + line.size();
    const auto number = std::from_chars(from, end, value);
    if (!weight || number.ec != std::errc() || number.ptr != end || !std::isfinite(value))
      throw std::runtime_error("'" + std::string(line.substr(0, 80)) +
                               "' is no weight of this model: write \"name value\", or train it again");
    *weight = value;
    read.push_back(weight);
  }
  for (const WeightGroup& each : groups)
    for (std::size_t i = 0; i < each.names.size(); ++i)
      if (std::find(read.begin(), read.end(), &each.values[i]) == read.end())
        throw std::runtime_error("the model has no weight for '" + std::string(each.group) + "." + std::string(each.names[i]) +
                                 "': train it again");
}

}  // namespace headrace
