// What tells the topics of a document. One model serves all threads; it is immutable once open.
#pragma once
#include <string_view>
#include <vector>

#include "nodes/values.hpp"

namespace headrace {

struct TopicDocument {
  std::string_view title, text, language;  // empty when absent; language: a BCP 47 tag
};

class TopicModel {
 public:
  static constexpr std::string_view interface_name = "topic model", default_node = "", file_node = "topic_profiles";
  virtual ~TopicModel() = default;
  // Every topic that the document gives any reason for, with a score in 0..1, in no particular order.
  virtual std::vector<Topic> score(const TopicDocument& document) const = 0;
};

}  // namespace headrace
