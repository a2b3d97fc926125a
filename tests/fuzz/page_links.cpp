// What reads a page's own address out of its bytes: the head, JSON-LD, the Link header. A NUL byte ends the page; what is behind it
// is the header.
#include "nodes/url/page_links.hpp"

#include "nodes/url/refresh.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > fuzz::longest_input) return 0;
  const std::string_view text = fuzz::text_of(data, size), html = text.substr(0, text.find('\0'));
  const PageLinks links = read_page_links(html);
  std::size_t bytes = links.base.size();
  for (const auto* kind : {&links.canonical, &links.og_url, &links.json_ld, &links.amphtml, &links.refresh}) {
    fuzz::require(kind->size() <= 8, "at most eight links of a kind");
    for (const std::string& link : *kind) {
      fuzz::require(!link.empty(), "a link is something");
      bytes += link.size();
    }
  }
  fuzz::require(bytes <= html.size(), "links are pieces of the page");
  if (const auto target = refresh_target(html))
    fuzz::require(!target->empty() && target->size() <= html.size(), "a page leads to a piece of it");
  std::size_t targets = 0;
  if (html.size() < text.size())
    for (const std::string& target : linked_as("canonical", text.substr(html.size() + 1))) targets += target.size();
  fuzz::require(targets <= size, "targets are pieces of the header");
  return 0;
}
