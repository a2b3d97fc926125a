#include "nodes/extract/line_model.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nodes/extract/weights.hpp"

namespace headrace {

namespace {

constexpr std::size_t size = line_feature_names.size();
constexpr int most_rounds = 50;
constexpr double trust = 2;  // log odds of what the rules say, before any example

double dot(const LineFeatures& a, const LineFeatures& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }
double logistic(double x) { return 1 / (1 + std::exp(-std::clamp(x, -30.0, 30.0))); }

constexpr std::size_t feature_at(std::string_view name) {
  return static_cast<std::size_t>(std::find(line_feature_names.begin(), line_feature_names.end(), name) - line_feature_names.begin());
}

}  // namespace

double LineModel::keep(const LineFeatures& features) const { return logistic(dot(weights, features)); }

LineModel rules_as_model() {
  LineModel out;
  out.weights[feature_at("always")] = -trust;
  out.weights[feature_at("kept_by_rules")] = 2 * trust;
  return out;
}

LineModel fit_line_model(const std::vector<LineExample>& examples, double pull) {
  const LineModel rules = rules_as_model();
  LineModel model = rules;
  for (int round = 0; round < most_rounds; ++round) {
    SquareMatrix<size> curvature{};
    LineFeatures slope{};
    for (std::size_t i = 0; i < size; ++i) {
      slope[i] = pull * (rules.weights[i] - model.weights[i]);
      curvature[i][i] = pull;
    }
    for (const LineExample& example : examples) {
      const double keep = model.keep(example.features);
      const double error = example.weight * ((example.keep ? 1 : 0) - keep), spread = example.weight * keep * (1 - keep);
      for (std::size_t i = 0; i < size; ++i) {
        if (example.features[i] == 0) continue;
        slope[i] += error * example.features[i];
        for (std::size_t k = 0; k <= i; ++k) curvature[i][k] += spread * example.features[i] * example.features[k];
      }
    }
    const LineFeatures step = solved(curvature, slope);
    double longest = 0;
    for (std::size_t i = 0; i < size; ++i) {
      model.weights[i] += step[i];
      longest = std::max(longest, std::abs(step[i]));
    }
    if (longest < 1e-7) break;
  }
  return model;
}

void apply_model(std::vector<TextLine>& lines, const TextTree& tree, const std::string* body, const LineModel& model, double least) {
  const std::vector<LineFeatures> features = line_features(lines, tree, body);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool keep = model.keep(features[i]) > least;
    if (keep) lines[i].doubt = TextLine::Doubt::none;
    else if (lines[i].doubt == TextLine::Doubt::none) lines[i].doubt = TextLine::Doubt::model;
  }
}

}  // namespace headrace
