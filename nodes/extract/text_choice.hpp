// Which of the texts that were found on a page is its article: a linear model of how much better than the rules' choice one is.
#pragma once
#include <array>
#include <string_view>
#include <vector>

#include "nodes/extract/text_candidates.hpp"

namespace headrace {

inline constexpr auto choice_feature_names =
    std::to_array<std::string_view>({"strict", "lenient", "hinted", "dense", "json_ld", "whole_page", "votes", "more", "less", "new",
                                     "lost", "like_the_others", "like_json_ld", "description", "links"});
using ChoiceFeatures = std::array<double, choice_feature_names.size()>;

struct TextChoice {
  std::vector<MainText> texts;           // no two the same, none empty but the first; the first is the rules' choice
  std::vector<ChoiceFeatures> features;  // of each, beside the first: its own are all 0
};

// `declared`: the description and the articleBody that the page gives, where it does.
struct DeclaredText {
  const std::string* description = nullptr;
  const std::string* body = nullptr;
};
TextChoice find_texts(const TextSearch& search, Favor favor, const DeclaredText& declared);

struct ChoiceModel {
  ChoiceFeatures weights{};                                               // without any, the rules' choice stands
  double gain(const ChoiceFeatures& features) const;                      // F1 that is to be expected more than of the rules' choice
  std::size_t choose(const std::vector<ChoiceFeatures>& features) const;  // the rules' choice unless much is to be gained
};

// A text that it was learnt from, and how much better than the rules' choice it was.
struct ChoiceExample {
  ChoiceFeatures features{};
  double gain = 0;
};

// Least squares with a pull towards the rules: the harder, the more examples it takes to overrule them.
ChoiceModel fit_choice_model(const std::vector<ChoiceExample>& examples, double pull);

}  // namespace headrace
