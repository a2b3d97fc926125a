#include "nodes/extract/extraction_model.hpp"

#include "nodes/extract/weights.hpp"

namespace headrace {

namespace {

std::array<WeightGroup, 2> groups_of(ExtractionModel& model) {
  return {WeightGroup{"choice", choice_feature_names, model.choice.weights}, WeightGroup{"line", line_feature_names, model.lines.weights}};
}

}  // namespace

std::string write_extraction_model(ExtractionModel model) { return write_weights(groups_of(model)); }

ExtractionModel read_extraction_model(std::string_view text) {
  ExtractionModel model;
  read_weights(text, groups_of(model));
  return model;
}

}  // namespace headrace
