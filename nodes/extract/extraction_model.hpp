// What training learns about pages: which text is meant, and which of its lines belong to it.
#pragma once
#include "nodes/extract/line_model.hpp"
#include "nodes/extract/text_choice.hpp"

namespace headrace {

struct ExtractionModel {
  ChoiceModel choice;
  LineModel lines;
};

// One line a weight, "choice.name value" or "line.name value". read_extraction_model() throws std::runtime_error that says what is
// wrong with the text.
std::string write_extraction_model(ExtractionModel model);
ExtractionModel read_extraction_model(std::string_view text);

}  // namespace headrace
