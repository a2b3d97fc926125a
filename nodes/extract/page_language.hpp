// The language that a text is written in.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "nodes/extract/evidence.hpp"
#include "nodes/extract/page_meta.hpp"

namespace headrace {

// By its script, or by how many of its words are the commonest ones of a language. Nothing for short or mixed texts. Knows some
// thirty languages; only the first 8,000 bytes are looked at.
std::optional<Found<std::string>> detect_language(std::string_view text);

// As the page declares it; another one where the text surely is in that: many templates say "en" whatever they hold.
std::optional<Found<std::string>> find_language(const HtmlPage& page, const PageMeta& meta, const std::optional<std::string>& json,
                                                std::string_view text);

}  // namespace headrace
