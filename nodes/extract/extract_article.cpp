// Page to article: text, title, people, dates, image.
//
//   article: extract_article
//   article: {node: extract_article, favor: precision, markdown: true, explain: true}
//
// How the text is chosen, and how to see why, is told in docs/extraction.md.
#include <fstream>
#include <sstream>

#include "core/node.hpp"
#include "nodes/extract/extraction_model.hpp"
#include "nodes/extract/main_text.hpp"
#include "nodes/extract/markdown.hpp"
#include "nodes/extract/media_type.hpp"
#include "nodes/extract/metadata.hpp"
#include "nodes/extract/page_language.hpp"
#include "nodes/keys.hpp"

namespace headrace {

namespace {

class ExtractArticle {
 public:
  struct Config {
    std::string favor = "balanced";
    bool markdown = false, explain = false;
    std::optional<Path> model;
    static constexpr auto fields() {
      return std::tuple(
          field("favor", &Config::favor, "What counts when it is not clear whether a line belongs to the article.",
                one_of("precision", "balanced", "recall")),
          field("markdown", &Config::markdown, "Adds the body as Markdown, with its headings, lists, quotes and links."),
          field("explain", &Config::explain, "Adds where each value comes from, how sure that is, and what was left out of the text."),
          field("model", &Config::model, "Weights from train_extraction; without it the rules choose the text and decide on its lines."));
    }
  };
  explicit ExtractArticle(Config config) : config_(std::move(config)), favor_(favor_of(config_.favor)) {
    if (config_.model) model_ = load(config_.model->text);
  }

  static constexpr auto errors() { return std::array<std::string_view, 1>{"unsupported_type"}; }

  Article operator()(In<"page"> page) const {
    require_html(page->content_type);
    const HtmlPage html(page->body, page->content_type);
    const PageParts parts(html, page->url);
    Metadata found = read_metadata(parts);
    add_text(found, parts);
    add_language(found, parts);
    if (config_.explain) found.article.explain = std::move(found.evidence);
    return std::move(found.article);
  }

 private:
  static Favor favor_of(std::string_view word) {
    return word == "precision" ? Favor::precision : word == "recall" ? Favor::recall : Favor::balanced;
  }

  static ExtractionModel load(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) throw NodeError("unavailable", "cannot read the model " + path);
    try {
      return read_extraction_model(text.view());
    } catch (const std::runtime_error& why) {
      throw NodeError("bad_input", path + ": " + why.what());
    }
  }

  double least() const { return favor_ == Favor::precision ? 0.7 : favor_ == Favor::recall ? 0.3 : 0.5; }

  void add_text(Metadata& found, const PageParts& parts) const {
    const TextTree tree(parts.page, parts.traits);
    const ArticleHead head{found.article.title, found.article.authors};
    const TextSearch search(parts, tree, head);
    MainText main = model_ ? by_model(search, found.article, parts, tree) : find_main_text(search, favor_);
    std::string text = main.text();
    if (text.empty()) return;
    if (config_.markdown) found.article.markdown = to_markdown(main, tree, parts.url);
    found.article.text = std::move(text);
    found.evidence.push_back({"text", main.source, main.confidence()});
    if (config_.explain) explain_lines(main, found.evidence);
  }

  MainText by_model(const TextSearch& search, const Article& known, const PageParts& parts, const TextTree& tree) const {
    const std::string* const body = parts.json.body ? &*parts.json.body : nullptr;
    TextChoice choice = find_texts(search, favor_, {known.description ? &*known.description : nullptr, body});
    MainText out = std::move(choice.texts[model_->choice.choose(choice.features)]);
    if (!out.other) apply_model(out.lines, tree, body, model_->lines, least());
    return out;
  }

  // What the article's element holds and the text does not, with the reason.
  static void explain_lines(const MainText& main, std::vector<Evidence>& evidence) {
    constexpr std::size_t shown = 80, most = 200;
    if (main.other) return;
    for (const TextLine& line : main.lines) {
      if (line.doubt == TextLine::Doubt::none) continue;
      if (evidence.size() >= most) return;
      std::size_t end = std::min(shown, line.text.size());
      while (end < line.text.size() && (static_cast<unsigned char>(line.text[end]) & 0xC0) == 0x80) ++end;
      evidence.push_back({"text", "left out (" + std::string(doubt_name(line.doubt)) + "): " + line.text.substr(0, end), 0});
    }
  }

  static void add_language(Metadata& found, const PageParts& parts) {
    const std::string text = found.article.text ? *found.article.text : found.article.description.value_or("");
    if (auto language = find_language(parts.page, parts.meta, parts.json.language, text)) {
      found.article.language = std::move(language->value);
      found.evidence.push_back({"language", std::move(language->source), language->confidence});
    }
  }

  Config config_;
  Favor favor_;
  std::optional<ExtractionModel> model_;
};

}  // namespace

HEADRACE_NODE(ExtractArticle, "extract_article", "Finds the article that a page holds: text, title, people, dates, image.")

}  // namespace headrace
