// Page to article: text, title, people, dates, image.
//
//   article: extract_article
#include "core/node.hpp"
#include "nodes/extract/main_text.hpp"
#include "nodes/extract/metadata.hpp"
#include "nodes/keys.hpp"

namespace headrace {

namespace {

// "text/html; charset=utf-8" is "text/html".
std::string media_type(std::string_view content_type) {
  std::string out;
  for (const char c : content_type.substr(0, content_type.find(';')))
    if (c != ' ' && c != '\t') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

// Servers say text/plain, or nothing, or a word of their own for pages as well; only what is surely something else is refused.
bool may_be_html(std::string_view type) {
  if (type.empty() || type.find('/') == type.npos) return true;
  return type.find("html") != type.npos || type == "text/plain" || type == "text/xml" || type == "application/xml" ||
         type == "application/octet-stream" || type == "application/unknown";
}

class ExtractArticle {
 public:
  static constexpr auto errors() { return std::array<std::string_view, 1>{"unsupported_type"}; }

  Article operator()(In<"page"> page) const {
    if (page->content_type)
      if (const std::string type = media_type(*page->content_type); !may_be_html(type))
        throw NodeError("unsupported_type", "the page is " + type + ", not HTML: send such documents to a node that reads them");
    const HtmlPage html(page->body, page->content_type);
    Article article = read_metadata(html, page->url);
    if (std::string text = main_text(html, article.title); !text.empty()) article.text = std::move(text);
    return article;
  }
};

}  // namespace

HEADRACE_NODE(ExtractArticle, "extract_article", "Finds the article that a page holds: text, title, people, dates, image.")

}  // namespace headrace
