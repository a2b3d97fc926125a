// Rows of cards that lead to other pages: three or more neighbours of one kind, each with little text and a link that is a picture
// or a headline.
#pragma once
#include <vector>

#include "nodes/extract/text_tree.hpp"

namespace headrace {

// By node: whether it is a card of such a row. A row that holds more than `most` of the page's prose is none: the page itself is
// then a list. Linear in the page.
std::vector<bool> find_teaser_cards(const TextTree& tree, double most);

}  // namespace headrace
