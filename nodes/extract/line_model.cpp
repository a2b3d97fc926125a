#include "nodes/extract/line_model.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace headrace {

namespace {

constexpr std::size_t size = line_feature_names.size();
constexpr int most_rounds = 50;
constexpr double trust = 2;  // log odds of what the rules say, before any example

using Matrix = std::array<LineFeatures, size>;

double dot(const LineFeatures& a, const LineFeatures& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }
double logistic(double x) { return 1 / (1 + std::exp(-std::clamp(x, -30.0, 30.0))); }

// Solves a x = b for a symmetric positive definite matrix, by Cholesky's method.
LineFeatures solved(Matrix a, LineFeatures b) {
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k < i; ++k) a[i][i] -= a[i][k] * a[i][k];
    a[i][i] = std::sqrt(std::max(a[i][i], 1e-12));
    for (std::size_t row = i + 1; row < size; ++row) {
      for (std::size_t k = 0; k < i; ++k) a[row][i] -= a[row][k] * a[i][k];
      a[row][i] /= a[i][i];
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t k = i + 1; k < size; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

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
    Matrix curvature{};
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
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t k = i + 1; k < size; ++k) curvature[i][k] = curvature[k][i];
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

std::string write_line_model(const LineModel& model) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, model.weights[i], std::chars_format::fixed, 4).ptr;
    (((out += line_feature_names[i]) += ' ') += std::string_view(digits, static_cast<std::size_t>(end - digits))) += '\n';
  }
  return out;
}

LineModel read_line_model(std::string_view text) {
  LineModel model;
  std::array<bool, size> known{};
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t blank = std::min(line.find(' '), line.size());
    const auto* name = std::find(line_feature_names.begin(), line_feature_names.end(), line.substr(0, blank));
    double value = 0;
    const char *from = line.data() + std::min(blank + 1, line.size()), *end = line.data() + line.size();
    const auto read = std::from_chars(from, end, value);
    if (name == line_feature_names.end() || read.ec != std::errc() || read.ptr != end)
      throw std::runtime_error("'" + std::string(line.substr(0, 80)) + "' is no weight of a line model: write \"name value\"");
    const auto at = static_cast<std::size_t>(name - line_feature_names.begin());
    model.weights[at] = value;
    known[at] = true;
  }
  for (std::size_t i = 0; i < size; ++i)
    if (!known[i])
      throw std::runtime_error("the line model has no weight for '" + std::string(line_feature_names[i]) + "': train it again");
  return model;
}

}  // namespace headrace
