// The article's words, without what stands around it.
#pragma once
#include "nodes/extract/text_candidates.hpp"

namespace headrace {

// The rules' choice: the element for which paragraphs speak loudest, unless it holds too little beside JSON-LD or the whole page.
MainText find_main_text(const TextSearch& search, Favor favor);

}  // namespace headrace
