// The links of a page, for crawling.
//
//   links: extract_links
//   links: {node: extract_links, same_site: true}
//
// Addresses are resolved as the URL standard says, against <base href> or else the page's own. Each comes once, with the first
// text that it has.
#include <algorithm>
#include <unordered_map>

#include "core/node.hpp"
#include "nodes/extract/media_type.hpp"
#include "nodes/extract/page_link.hpp"
#include "nodes/extract/page_meta.hpp"
#include "nodes/keys.hpp"
#include "nodes/url/registrable_domain.hpp"
#include "nodes/url/url.hpp"

namespace headrace {

namespace {

constexpr std::size_t max_text = 1000;  // bytes
constexpr std::size_t max_base = 2000;  // bytes; every link may repeat them

class ExtractLinks {
 public:
  struct Config {
    bool same_site = false;
    int max_links = 5000;
    static constexpr auto fields() {
      return std::tuple(field("same_site", &Config::same_site, "Only links to the page's own site."),
                        field("max_links", &Config::max_links, "Those behind are left out.", in_range(1, 100'000)));
    }
  };
  explicit ExtractLinks(Config config) : config_(std::move(config)) {}

  static constexpr auto errors() { return std::array<std::string_view, 1>{"unsupported_type"}; }

  std::vector<PageLink> operator()(In<"page"> page) const {
    require_html(page->content_type);
    const HtmlPage html(page->body, page->content_type);
    const auto base = base_of(html, page->url);
    const std::string own_host = base.own ? base.own->host : std::string();
    std::vector<PageLink> out;
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < html.size(); ++i) {
      if (html[i].tag != Tag::a) continue;
      auto url = target(html[i], base.links);
      if (!url || (config_.same_site && !same_site(url->host, own_host))) continue;
      const auto [place, fresh] = places.try_emplace(url->text(), out.size());
      if (fresh && out.size() == static_cast<std::size_t>(config_.max_links)) break;
      if (fresh) out.push_back({place->first, {}, some(squeezed(html[i].attribute("rel")))});
      PageLink& link = out[place->second];
      if (!link.text) link.text = some(words_of(html, i));
    }
    return out;
  }

 private:
  struct Base {
    std::optional<Url> own, links;
  };
  static Base base_of(const HtmlPage& html, const std::string& url) {
    Base out{parse_url(url).url, {}};
    out.links = out.own;
    for (std::size_t i = 0; i < html.size(); ++i)
      if (html[i].tag == Tag::base && html[i].has_attribute("href") && html[i].attribute("href").size() <= max_base) {
        if (auto given = parse_url(html[i].attribute("href"), out.own ? &*out.own : nullptr).url) out.links = std::move(given);
        break;
      }
    return out;
  }
  static std::optional<Url> target(const HtmlNode& link, const std::optional<Url>& base) {
    const std::string_view href = link.attribute("href");
    if (href.empty() || href.starts_with('#')) return {};
    auto url = parse_url(href, base ? &*base : nullptr).url;
    if (url) url->fragment.reset();
    return url;
  }
  static std::optional<std::string> some(std::string text) {
    if (text.empty()) return {};
    if (text.size() > max_text) {
      text.resize(max_text);
      while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
      if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0x80) text.pop_back();
    }
    return text;
  }
  // A picture speaks by its alt text.
  static std::string words_of(const HtmlPage& html, std::size_t link) {
    if (std::string text = html.text_of(link, max_text + 1); !text.empty()) return text;
    for (std::size_t i = link; i < html[link].end; ++i)
      if (html[i].tag == Tag::img)
        if (std::string text = squeezed(html[i].attribute("alt")); !text.empty()) return text;
    return squeezed(html[link].attribute("title"));
  }

  Config config_;
};

}  // namespace

HEADRACE_NODE(ExtractLinks, "extract_links", "Lists the links of a page.")

}  // namespace headrace
