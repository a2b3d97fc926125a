// Tells from a link alone how likely it leads to spam, and learns from every link whose page was judged later.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nodes/poll/link/link_features.hpp"

namespace headrace {

class LinkModel {
 public:
  static constexpr std::string_view interface_name = "link model", default_node = "link_model", file_node = "";
  virtual ~LinkModel() = default;
  // All members: any thread.
  virtual double spam(const LinkText& link) const = 0;  // in 0..1; 0 until enough was learnt
  virtual double learn(const LinkText& link, bool is_spam) = 0;  // gives what spam() would have said before, however little was learnt
  // What speaks most for spam (positive) and against it, strongest first, in log odds.
  virtual std::vector<std::pair<std::string, double>> reasons(const LinkText& link) const = 0;
};

}  // namespace headrace
