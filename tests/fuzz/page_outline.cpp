// What judge_page sees of a page: the outline of its markup and the shape of its text.
#include "nodes/label/page/page_outline.hpp"

#include <cmath>

#include "nodes/label/page/page_features.hpp"
#include "nodes/label/page/text_shape.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > fuzz::longest_input) return 0;
  const std::string_view text = fuzz::text_of(data, size);
  const PageOutline outline = outline_of(text, "https://www.coast.example/wall");
  fuzz::require(outline.text <= size && outline.linked_text <= outline.text, "text comes from the page");
  fuzz::require(outline.foreign_links <= outline.links && outline.foreign_hosts <= outline.foreign_links, "links are counted once");

  const TextShape shape(Words(text), text);
  for (const double share : {shape.repeated_lines, shape.repeated_pairs, shape.commonest_word, shape.commonest_pair, shape.open_lines,
                             shape.capitals, shape.digits})
    fuzz::require(std::isfinite(share) && share >= 0 && share <= 1, "a share is in 0..1");

  Article article;
  article.title = std::string(text.substr(0, 100));
  article.text = std::string(text);
  Page page;
  page.url = "https://www.coast.example/wall";
  page.body = Bytes(std::string(text));
  page_features({"https://www.coast.example/wall", &article, &page});
  return 0;
}
