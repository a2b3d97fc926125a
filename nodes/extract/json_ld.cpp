#include "nodes/extract/json_ld.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include "core/value/json.hpp"
#include "nodes/extract/json_repair.hpp"
#include "nodes/extract/page_meta.hpp"
#include "nodes/extract/site_name.hpp"

namespace headrace {

namespace {

constexpr std::size_t max_values = 20'000;  // looked at in one script
constexpr std::size_t bytes_per_step = 16;  // of a script
constexpr std::size_t max_authors = 32, max_articles = 64;
constexpr std::size_t max_headline = 1000;  // bytes

using View = std::optional<ValueView>;

View member(const View& view, std::string_view name) { return view && view->shape() == Shape::object ? view->member(name) : std::nullopt; }

std::optional<std::string> text(const View& view) {
  if (!view || view->shape() != Shape::string) return std::nullopt;
  std::string out = plain_text(view->string());
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

// The first thing of a list, or the thing itself.
View first(View view) {
  if (!view || view->shape() != Shape::list) return view;
  const auto elements = view->elements();
  return elements.empty() ? std::nullopt : View(elements.front());
}

std::vector<ValueView> all(const View& view) {
  if (!view) return {};
  return view->shape() == Shape::list ? view->elements() : std::vector<ValueView>{*view};
}

std::optional<std::string> url_of(const View& view) {
  const View one = first(view);
  if (!one || one->shape() != Shape::object) return text(one);
  for (const std::string_view name : {"url", "contentUrl", "@id"})
    if (auto url = text(first(member(one, name)))) return url;
  return std::nullopt;
}

template <class Predicate> bool any_type(const View& object, Predicate&& predicate) {
  for (const ValueView& type : all(member(object, "@type")))
    if (type.shape() == Shape::string && predicate(type.string())) return true;
  return false;
}

bool is_article(const View& object) {
  return any_type(object, [](std::string_view type) {
    return type.ends_with("Article") || type.ends_with("Posting") || type == "Report" || type == "Review" || type == "Recipe";
  });
}
// Templates describe the page and not the article on it; it will do where nothing else is said.
bool is_dated_page(const View& object) {
  return any_type(object, [](std::string_view type) { return type == "WebPage"; }) && member(object, "datePublished");
}
bool is_organisation(const View& object) {
  return any_type(object, [](std::string_view type) { return type.ends_with("Organization") || type == "Corporation" || type == "Brand"; });
}

// The objects of one script, breadth first, so that the page's own article comes before those it mentions.
class Graph {
 public:
  explicit Graph(const ValueView& root) {
    std::vector<ValueView> queue{root};
    for (std::size_t i = 0; i < queue.size() && queue.size() < max_values; ++i) {
      const ValueView view = queue[i];
      if (view.shape() == Shape::list)
        for (const ValueView& each : view.elements()) queue.push_back(each);
      if (view.shape() != Shape::object) continue;
      note(view);
      for (const auto& [name, value] : view.members()) queue.push_back(value);
    }
    values_ = queue.size();
  }
  const std::vector<ValueView>& articles() const { return articles_; }
  const std::optional<ValueView>& page() const { return page_; }
  std::size_t values() const { return values_; }

  // {"@id": "#ada"} stands for the object that has that id and a name.
  View resolved(const ValueView& view) const {
    if (view.shape() != Shape::object || member(view, "name")) return view;
    const View id = member(view, "@id");
    if (!id || id->shape() != Shape::string) return view;
    const auto found = named_.find(std::string(id->string()));
    return found == named_.end() ? View(view) : View(found->second);
  }

 private:
  void note(const ValueView& object) {
    if (is_article(object) && articles_.size() < max_articles) articles_.push_back(object);
    if (!page_ && is_dated_page(object)) page_ = object;
    if (const View id = member(object, "@id"); id && id->shape() == Shape::string && member(object, "name"))
      named_.emplace(id->string(), object);
  }
  std::size_t values_ = 0;
  std::vector<ValueView> articles_;
  std::optional<ValueView> page_;
  std::map<std::string, ValueView, std::less<>> named_;
};

std::optional<std::string> name_of(const View& view) {
  if (!view || view->shape() != Shape::object) return text(view);
  if (auto name = text(first(member(view, "name")))) return name;
  const auto given = text(member(view, "givenName")), family = text(member(view, "familyName"));
  if (given && family) return *given + " " + *family;
  return given ? given : family;
}

std::vector<std::string> authors_of(const Graph& graph, const View& article) {
  std::vector<std::string> out;
  const auto add = [&](std::optional<std::string> name) {
    if (name && out.size() < max_authors && std::find(out.begin(), out.end(), *name) == out.end()) out.push_back(std::move(*name));
  };
  for (const std::string_view role : {"author", "creator"}) {
    for (const ValueView& each : all(member(article, role))) {
      const View person = graph.resolved(each);
      if (is_organisation(person)) continue;
      const View names = member(person, "name");
      if (names && names->shape() == Shape::list)
        for (const ValueView& name : names->elements()) add(text(name));
      else add(name_of(person));
    }
    if (!out.empty()) break;
  }
  return out;
}

JsonLdArticle read_article(const Graph& graph, const ValueView& object) {
  const auto says = [&](std::string_view name) { return text(first(member(object, name))); };
  JsonLdArticle out;
  out.headline = says("headline");
  if (!out.headline) out.headline = says("name");
  out.published = says("datePublished");
  if (!out.published) out.published = says("dateCreated");
  out.modified = says("dateModified");
  out.image = url_of(member(object, "image"));
  if (!out.image) out.image = says("thumbnailUrl");
  if (const View publisher = first(member(object, "publisher"))) out.publisher = name_of(graph.resolved(*publisher));
  out.description = says("description");
  out.language = says("inLanguage");
  out.url = url_of(member(object, "mainEntityOfPage"));
  if (!out.url) out.url = url_of(member(object, "url"));
  if (const View body = member(object, "articleBody"); body && body->shape() == Shape::string) out.body = std::string(body->string());
  out.authors = authors_of(graph, object);
  return out;
}

// The script's text, parsed; null when nothing can be made of it.
std::unique_ptr<JsonDocument> parsed(const std::string& script) {
  try {
    return std::make_unique<JsonDocument>(script);
  } catch (const BadValue&) {}
  try {
    return std::make_unique<JsonDocument>(repaired_json(script));
  } catch (const BadValue&) {
    return nullptr;
  }
}

}  // namespace

JsonLdArticle read_json_ld(const std::vector<std::string>& scripts, std::string_view title, Steps& steps) {
  const std::string wanted = letters_of(title.substr(0, 4 * max_headline));
  std::optional<JsonLdArticle> out, page_itself;
  for (const std::string& script : scripts) {
    if (!steps.take(script.size() / bytes_per_step)) break;
    const auto document = parsed(script);
    if (!document) continue;
    const Graph graph(document->root());
    steps.take(graph.values());
    for (const ValueView& object : graph.articles()) {
      JsonLdArticle article = read_article(graph, object);
      const std::string headline = letters_of(article.headline.value_or(""));
      if (!headline.empty() && headline.size() <= max_headline && wanted.find(headline) != wanted.npos) return article;
      if (!out) out = std::move(article);
    }
    if (!page_itself && graph.page()) page_itself = read_article(graph, *graph.page());
  }
  return out ? *std::move(out) : page_itself.value_or(JsonLdArticle{});
}

}  // namespace headrace
