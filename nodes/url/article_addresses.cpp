// The addresses that articles give themselves in JSON-LD (schema.org).
#include "core/value/json.hpp"
#include "nodes/url/page_links.hpp"

namespace headrace {

namespace {

constexpr std::size_t most_values = 5'000;  // looked at in one script

bool is_article_type(const ValueView& type) {
  return type.shape() == Shape::string && (type.string().ends_with("Article") || type.string().ends_with("Posting"));
}

bool is_article(const ValueView& object) {
  const auto type = object.member("@type");
  if (!type) return false;
  if (type->shape() != Shape::list) return is_article_type(*type);
  for (const ValueView& each : type->elements())
    if (is_article_type(each)) return true;
  return false;
}

std::optional<std::string> text_member(const ValueView& object, std::string_view name) {
  const auto value = object.member(name);
  return value && value->shape() == Shape::string ? std::optional(std::string(value->string())) : std::nullopt;
}

// A page is a string, or an object with an @id.
std::optional<std::string> address_of(const ValueView& article) {
  if (const auto page = article.member("mainEntityOfPage")) {
    if (page->shape() == Shape::string) return std::string(page->string());
    if (page->shape() == Shape::object)
      if (auto id = text_member(*page, "@id")) return id;
  }
  return text_member(article, "url");
}

}  // namespace

// Breadth first, and not into an article: what it mentions is another one.
std::vector<std::string> article_addresses(const std::string& json_ld) try {
  const JsonDocument document(json_ld);
  std::vector<std::string> out;
  std::vector<ValueView> queue{document.root()};
  for (std::size_t i = 0; i < queue.size() && i < most_values; ++i) {
    const ValueView view = queue[i];
    if (view.shape() == Shape::list) {
      for (const ValueView& each : view.elements()) queue.push_back(each);
    } else if (view.shape() == Shape::object) {
      if (!is_article(view))
        for (const auto& [name, value] : view.members()) queue.push_back(value);
      else if (auto address = address_of(view)) out.push_back(std::move(*address));
    }
  }
  return out;
} catch (const BadValue&) {
  return {};
}

}  // namespace headrace
