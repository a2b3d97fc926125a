// A page to its article, with Markdown and explanations, and to its links.
#include "core/value/json.hpp"
#include "nodes/extract/main_text.hpp"
#include "nodes/extract/markdown.hpp"
#include "nodes/extract/metadata.hpp"
#include "nodes/extract/page_language.hpp"
#include "nodes/extract/text_choice.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > fuzz::longest_input) return 0;
  const HtmlPage html(fuzz::text_of(data, size), "text/html; charset=utf-8");
  const PageParts parts(html, "https://www.coast.example/news/wall");
  const Metadata found = read_metadata(parts);
  const Article& article = found.article;
  for (const auto* text : {&article.title, &article.image, &article.publisher, &article.description, &article.canonical_url})
    fuzz::require(!*text || !(*text)->empty(), "what is there is not empty");
  for (const std::string& name : article.authors) fuzz::require(!name.empty() && name.size() <= 60, "a person has a short name");
  const TextTree tree(html, parts.traits);
  for (const Favor favor : {Favor::precision, Favor::balanced, Favor::recall}) {
    const ArticleHead head{article.title, article.authors};
    const MainText main = find_main_text(TextSearch(parts, tree, head), favor);
    const std::string text = main.text();
    fuzz::require(text.size() <= 4 * size + 64, "the text comes from the page");
    fuzz::require(text.find("\n\n") == std::string::npos, "no line is empty");
    fuzz::require(main.confidence() >= 0 && main.confidence() <= 1, "confidence is in 0..1");
    to_markdown(main, tree, parts.url);
    find_language(html, parts.meta, parts.json.language, text);
    const TextChoice choice =
        find_texts(TextSearch(parts, tree, head), favor,
                   {article.description ? &*article.description : nullptr, parts.json.body ? &*parts.json.body : nullptr});
    fuzz::require(choice.texts.front().text() == text, "the rules' choice comes first");
    for (const ChoiceFeatures& features : choice.features)
      for (const double each : features) fuzz::require(each >= -2 && each <= 2, "features are small numbers");
  }
  return 0;
}
