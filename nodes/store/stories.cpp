#include "nodes/store/stories.hpp"

#include <algorithm>
#include <map>

namespace headrace {

std::string outlet_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#:"));
  for (const std::string_view label : {"www.", "m.", "mobile.", "amp."})
    if (url.starts_with(label) && url.find('.', label.size()) != std::string_view::npos) url.remove_prefix(label.size());
  return std::string(url);
}

std::vector<Topic> mean_topics(std::span<const Topic> topics, std::size_t documents) {
  std::map<std::string, double> sums;
  for (const Topic& topic : topics) sums[topic.topic] += topic.score;
  std::vector<Topic> means;
  for (const auto& [name, sum] : sums) means.push_back({name, sum / static_cast<double>(documents)});
  std::stable_sort(means.begin(), means.end(), [](const Topic& a, const Topic& b) { return a.score > b.score; });
  return means;
}

}  // namespace headrace
