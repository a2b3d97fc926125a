// Which lines of the article's element are the article: a logistic regression over line_features().
#pragma once
#include <string>
#include <vector>

#include "nodes/extract/line_features.hpp"

namespace headrace {

struct LineModel {
  LineFeatures weights{};
  double keep(const LineFeatures& features) const;  // the probability that the line belongs to the article
};

// A line that it was learnt from. `weight`: how much it counts.
struct LineExample {
  LineFeatures features{};
  bool keep = false;
  double weight = 1;
};

// The rules as a model: what they keep, it keeps.
LineModel rules_as_model();

// Newton's method with a pull towards the rules: the harder, the more examples it takes to overrule them. Always ends, with the same
// weights for the same examples.
LineModel fit_line_model(const std::vector<LineExample>& examples, double pull);

// Decides anew on every line: kept when the model gives it more than `least`. `body`: the text that JSON-LD has, if any.
void apply_model(std::vector<TextLine>& lines, const TextTree& tree, const std::string* body, const LineModel& model, double least);

}  // namespace headrace
