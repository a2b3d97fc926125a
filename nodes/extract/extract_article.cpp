// Page to article: text, title, people, dates, image.
//
//   article: extract_article
//   article: {node: extract_article, explain: true}     # with the source of every value
#include "core/node.hpp"
#include "nodes/extract/main_text.hpp"
#include "nodes/extract/media_type.hpp"
#include "nodes/extract/metadata.hpp"
#include "nodes/extract/page_language.hpp"
#include "nodes/keys.hpp"

namespace headrace {

namespace {

class ExtractArticle {
 public:
  struct Config {
    bool explain = false;
    static constexpr auto fields() {
      return std::tuple(field("explain", &Config::explain, "Adds where each value comes from, and how sure that is."));
    }
  };
  explicit ExtractArticle(Config config) : config_(std::move(config)) {}

  static constexpr auto errors() { return std::array<std::string_view, 1>{"unsupported_type"}; }

  Article operator()(In<"page"> page) const {
    require_html(page->content_type);
    const HtmlPage html(page->body, page->content_type);
    const PageParts parts(html, page->url);
    Metadata found = read_metadata(parts);
    Article& article = found.article;
    const TextTree tree(html, parts.traits);
    MainText main = find_main_text(parts, tree, article.title);
    if (std::string text = main.text(); !text.empty()) {
      article.text = std::move(text);
      found.evidence.push_back({"text", std::move(main.source), 0.9});
    }
    if (auto language = find_language(html, parts.meta, parts.json.language, article.text ? *article.text : article.description.value_or(""))) {
      article.language = std::move(language->value);
      found.evidence.push_back({"language", std::move(language->source), language->confidence});
    }
    if (config_.explain) article.explain = std::move(found.evidence);
    return std::move(article);
  }

 private:
  Config config_;
};

}  // namespace

HEADRACE_NODE(ExtractArticle, "extract_article", "Finds the article that a page holds: text, title, people, dates, image.")

}  // namespace headrace
