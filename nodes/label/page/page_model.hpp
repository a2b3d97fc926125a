// Tells from a fetched page how likely it is spam, and learns from every page that somebody has judged.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nodes/label/page/page_features.hpp"

namespace headrace {

class PageModel {
 public:
  static constexpr std::string_view interface_name = "page model", default_node = "page_model", file_node = "";
  virtual ~PageModel() = default;
  // All members: any thread.
  virtual double spam(const PageContent& page) const = 0;           // in 0..1; 0 until enough was learnt
  virtual double learn(const PageContent& page, bool is_spam) = 0;  // gives what spam() would have said before, however little was learnt
  // What speaks most for spam (positive) and against it, strongest first, in log odds.
  virtual std::vector<std::pair<std::string, double>> reasons(const PageContent& page) const = 0;
};

}  // namespace headrace
