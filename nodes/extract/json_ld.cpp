#include "nodes/extract/json_ld.hpp"

#include <algorithm>

#include "core/value/json.hpp"
#include "nodes/extract/html_page.hpp"

namespace headrace {

namespace {

constexpr std::size_t max_values = 20'000;  // looked at in one page
constexpr std::size_t max_authors = 32;

std::optional<ValueView> member(const ValueView& view, std::string_view name) {
  return view.shape() == Shape::object ? view.member(name) : std::nullopt;
}

std::optional<std::string> text(const std::optional<ValueView>& view) {
  if (!view || view->shape() != Shape::string) return std::nullopt;
  std::string out = squeezed(view->string());
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

// The first thing of a list, or the thing itself.
std::optional<ValueView> first(std::optional<ValueView> view) {
  if (!view || view->shape() != Shape::list) return view;
  const auto elements = view->elements();
  return elements.empty() ? std::nullopt : std::optional(elements.front());
}

// A string, or an object's `name`.
std::optional<std::string> name_of(const std::optional<ValueView>& view) {
  const auto one = first(view);
  if (!one) return std::nullopt;
  return one->shape() == Shape::object ? text(first(member(*one, "name"))) : text(one);
}

std::optional<std::string> url_of(const std::optional<ValueView>& view) {
  const auto one = first(view);
  if (!one) return std::nullopt;
  return one->shape() == Shape::object ? text(first(member(*one, "url"))) : text(one);
}

bool is_article_type(std::string_view type) {
  return type.ends_with("Article") || type.ends_with("Posting") || type == "Report" || type == "Review" || type == "ReportageNewsArticle";
}

bool is_article(const ValueView& object) {
  const auto type = member(object, "@type");
  if (!type) return false;
  if (type->shape() == Shape::string) return is_article_type(type->string());
  if (type->shape() != Shape::list) return false;
  const auto elements = type->elements();
  return std::any_of(elements.begin(), elements.end(),
                     [](const ValueView& each) { return each.shape() == Shape::string && is_article_type(each.string()); });
}

void add_author(std::vector<std::string>& authors, const std::optional<ValueView>& one) {
  auto name = name_of(one);
  if (!name || authors.size() >= max_authors || name->find("://") != name->npos) return;
  if (std::find(authors.begin(), authors.end(), *name) == authors.end()) authors.push_back(std::move(*name));
}

JsonLdArticle read_article(const ValueView& object) {
  JsonLdArticle out;
  out.headline = text(first(member(object, "headline")));
  if (!out.headline) out.headline = text(first(member(object, "name")));
  out.published = text(first(member(object, "datePublished")));
  out.modified = text(first(member(object, "dateModified")));
  out.image = url_of(member(object, "image"));
  out.publisher = name_of(member(object, "publisher"));
  out.description = text(first(member(object, "description")));
  out.language = text(first(member(object, "inLanguage")));
  if (const auto author = member(object, "author")) {
    if (author->shape() == Shape::list)
      for (const ValueView& each : author->elements()) add_author(out.authors, each);
    else add_author(out.authors, author);
  }
  return out;
}

// Breadth first, so that the page's own article comes before those it mentions.
std::optional<ValueView> find_article(const ValueView& root) {
  std::vector<ValueView> queue{root};
  for (std::size_t i = 0; i < queue.size() && i < max_values; ++i) {
    const ValueView view = queue[i];
    if (view.shape() == Shape::list) {
      for (const ValueView& each : view.elements()) queue.push_back(each);
    } else if (view.shape() == Shape::object) {
      if (is_article(view)) return view;
      for (const auto& [name, value] : view.members()) queue.push_back(value);
    }
  }
  return std::nullopt;
}

}  // namespace

JsonLdArticle read_json_ld(const std::vector<std::string>& scripts) {
  for (const std::string& script : scripts) {
    try {
      const JsonDocument document(script);
      if (const auto article = find_article(document.root())) return read_article(*article);
    } catch (const BadValue&) {
      continue;
    }
  }
  return {};
}

}  // namespace headrace
