// What the learnt model looks at in a line of text: numbers of about 0..1 about the line, its element and its neighbours.
#pragma once
#include <array>
#include <string_view>
#include <vector>

#include "nodes/extract/text_lines.hpp"

namespace headrace {

inline constexpr auto line_feature_names = std::to_array<std::string_view>(
    {"always",      "kept_by_rules", "pruned",         "headline",      "link_list",     "house_line", "lone_heading",  "byline",
     "caption",     "ending",        "elsewhere",      "length",        "short",         "linked",     "mostly_linked", "heading",
     "in_list",     "in_table",      "in_quote",       "paragraph",     "sentence",      "commas",     "capitals",      "digits",
     "promotion",   "credit",        "first",          "before_prose",  "after_prose",   "last",       "prose_before",  "prose_after",
     "pruned_near", "with_the_rest", "linked_element", "emphasis",      "kept_and_last", "repeated",   "kept_around",   "like_the_rest",
     "kept_scrap",  "kept_link",     "in_json_ld",     "not_in_json_ld"});

using LineFeatures = std::array<double, line_feature_names.size()>;

// Of each line of the element, after apply_rules(). `body`: the text that JSON-LD has, if any.
std::vector<LineFeatures> line_features(const std::vector<TextLine>& lines, const TextTree& tree, const std::string* body);

}  // namespace headrace
