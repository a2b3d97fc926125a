#include "nodes/extract/line_model.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/run/random.hpp"
#include "nodes/extract/shingle_score.hpp"

using namespace headrace;

namespace {

std::vector<LineExample> examples() {  // the second feature decides, the third is noise
  RandomNumbers random(1);
  std::vector<LineExample> out;
  for (int i = 0; i < 400; ++i) {
    LineExample each;
    each.features[0] = 1;
    each.features[1] = random.uniform();
    each.features[2] = random.uniform();
    each.keep = each.features[1] + 0.2 * (random.uniform() - 0.5) > 0.5;
    out.push_back(each);
  }
  return out;
}

}  // namespace

TEST_CASE("fit_line_model: learns what decides, the same way every time") {
  const LineModel model = fit_line_model(examples(), 0.1);
  CHECK(model.weights[1] > 5);
  CHECK(std::abs(model.weights[2]) < model.weights[1] / 4);
  LineFeatures yes{}, no{};
  yes[0] = no[0] = 1;
  yes[1] = 0.9;
  no[1] = 0.1;
  CHECK(model.keep(yes) > 0.95);
  CHECK(model.keep(no) < 0.05);
  CHECK(fit_line_model(examples(), 0.1).weights == model.weights);
}

TEST_CASE("fit_line_model: without examples, or pulled hard enough, it is the rules") {
  LineFeatures kept{}, dropped{};
  kept[0] = dropped[0] = kept[1] = 1;
  CHECK(line_feature_names[1] == "kept_by_rules");
  for (const LineModel& model : {fit_line_model({}, 1), fit_line_model(examples(), 1e6)}) {
    CHECK(model.keep(kept) > 0.5);
    CHECK(model.keep(dropped) < 0.5);
  }
}

TEST_CASE("fit_line_model: few, equal or contradicting examples end as well") {
  for (const std::vector<LineExample>& given :
       {std::vector<LineExample>{}, std::vector<LineExample>(3), std::vector<LineExample>{{{1}, true, 1}, {{1}, false, 1}}})
    for (const double weight : fit_line_model(given, 1).weights) CHECK(std::isfinite(weight));
}

TEST_CASE("Shingles: precision and recall of four neighbouring words") {
  const Shingles truth("one two three four five");
  CHECK(truth.score("one two three four five").precision == 1);
  CHECK(truth.score("one two three four five").recall == 1);
  CHECK(truth.score("zero one two three four five").precision == doctest::Approx(2.0 / 3));
  CHECK(truth.score("one two three four").recall == doctest::Approx(0.5));
  CHECK(truth.score("").precision == 0);
  CHECK(truth.share_of("two three") == 1);
  CHECK(truth.share_of("two four") == 0);
  CHECK(truth.share_of("two three four five six") == doctest::Approx(0.5));
}
