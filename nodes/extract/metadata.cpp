#include "nodes/extract/metadata.hpp"

#include <algorithm>

#include "nodes/extract/json_ld.hpp"
#include "nodes/extract/page_date.hpp"

namespace headrace {

namespace {

using Text = std::optional<std::string>;

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

Text non_empty(std::string text) { return text.empty() ? Text{} : Text(std::move(text)); }

template <class... Rest> Text first_of(Text one, Rest... rest) {
  if constexpr (sizeof...(rest) == 0) return one;
  else return one ? one : first_of(std::move(rest)...);
}

// The page's meta elements by name, property or itemprop, in lower case; of equal names the first counts.
class Declarations {
 public:
  explicit Declarations(const HtmlPage& page) {
    for (std::size_t i = 0; i < page.size(); ++i)
      if (page[i].tag == Tag::meta) add(page[i]);
  }
  Text find(std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names)
      for (const auto& [known, value] : entries_)
        if (known == name) return value;
    return {};
  }
  std::vector<std::string> all(std::string_view name) const {
    std::vector<std::string> out;
    for (const auto& [known, value] : entries_)
      if (known == name) out.push_back(value);
    return out;
  }

 private:
  static constexpr std::size_t max_entries = 500, max_content = 10'000;
  void add(const HtmlNode& meta) {
    std::string content = squeezed(meta.attribute("content"));
    if (content.empty() || content.size() > max_content || entries_.size() >= max_entries) return;
    for (const std::string_view key : {"property", "name", "itemprop", "http-equiv"})
      if (const auto name = meta.attribute(key); !name.empty()) entries_.emplace_back(lower_case(name), content);
  }
  std::vector<std::pair<std::string, std::string>> entries_;
};

// ---- addresses -----------------------------------------------------------------------------------------------------------

bool is_web_url(std::string_view url) { return url.starts_with("http://") || url.starts_with("https://"); }

std::string_view host_of(std::string_view url) {
  if (!is_web_url(url)) return {};
  url.remove_prefix(url.find("//") + 2);
  url = url.substr(0, url.find_first_of("/?#:"));
  return url.starts_with("www.") ? url.substr(4) : url;
}

// The link as an absolute address. Dot segments stay: whoever fetches it canonicalises it.
Text absolute_url(Text link, std::string_view base) {
  if (!link || link->find(' ') != link->npos) return {};
  if (is_web_url(*link)) return link;
  if (!is_web_url(base)) return {};
  const std::size_t host = base.find("//") + 2;
  const std::size_t path = std::min(base.find_first_of("/?#", host), base.size());
  if (link->starts_with("//")) return std::string(base.substr(0, host - 2)) + *link;
  if (link->starts_with("/")) return std::string(base.substr(0, path)) + *link;
  if (link->substr(0, link->find_first_of("/?#")).find(':') != link->npos) return {};  // data:, blob:, javascript:
  const std::string_view clean = base.substr(0, base.find_first_of("?#", path));
  const std::size_t folder = clean.rfind('/');
  return (folder < path ? std::string(clean) + "/" : std::string(clean.substr(0, folder + 1))) + *link;
}

Text link_of(const HtmlPage& page, std::string_view relation) {
  for (std::size_t i = 0; i < page.size(); ++i)
    if (page[i].tag == Tag::link && lower_case(page[i].attribute("rel")) == relation) return non_empty(squeezed(page[i].attribute("href")));
  return {};
}

// ---- title ---------------------------------------------------------------------------------------------------------------

// The parts of "Headline | Section - Site": views into the title.
std::vector<std::string_view> title_parts(std::string_view title) {
  static constexpr std::string_view separators[] = {" | ",  " - ",        " \xE2\x80\x93 ", " \xE2\x80\x94 ",
                                                    " :: ", " \xC2\xBB ", " \xC2\xB7 ",     " \xE2\x80\xA2 "};
  std::vector<std::string_view> parts;
  while (true) {
    std::size_t cut = title.npos, width = 0;
    for (const auto separator : separators)
      if (const std::size_t at = title.find(separator); at < cut) cut = at, width = separator.size();
    parts.push_back(title.substr(0, cut));
    if (cut == title.npos) return parts;
    title.remove_prefix(cut + width);
  }
}

// Letters and digits only, for comparing what differs in case and punctuation.
std::string letters_of(std::string_view text) {
  std::string out;
  for (const char c : lower_case(text))
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80) out += c;
  return out;
}

// "The Guardian", "theguardian.com" and a host of theguardian.com name the same site.
bool names_site(std::string_view part, const Text& publisher, std::string_view host) {
  const std::string letters = letters_of(part);
  if (letters.empty()) return true;
  if (publisher && letters == letters_of(*publisher)) return true;
  const std::string_view name = host.substr(0, host.find('.'));
  return letters == letters_of(host) || (letters.size() >= 3 && letters == letters_of(name));
}

std::string without_site(std::string_view title, const Text& publisher, std::string_view host) {
  auto parts = title_parts(title);
  while (parts.size() > 1 && names_site(parts.back(), publisher, host)) parts.pop_back();
  while (parts.size() > 1 && names_site(parts.front(), publisher, host)) parts.erase(parts.begin());
  const char* end = parts.back().data() + parts.back().size();
  return std::string(parts.front().data(), end);
}

constexpr std::size_t max_title = 1000;  // bytes; longer ones are no titles

Text text_of_first(const HtmlPage& page, Tag tag) {
  for (std::size_t i = 0; i < page.size(); ++i)
    if (page[i].tag == tag)
      if (auto text = page.text_of(i); !text.empty() && text.size() <= max_title) return text;
  return {};
}

Text read_title(const HtmlPage& page, const Declarations& meta, const JsonLdArticle& json, const Text& publisher, std::string_view url) {
  const Text h1 = text_of_first(page, Tag::h1);
  const Text declared =
      first_of(meta.find({"og:title"}), json.headline, meta.find({"twitter:title", "dc.title", "dcterms.title", "headline", "title"}),
               text_of_first(page, Tag::title));
  if (!declared || declared->size() > max_title) return h1;
  if (h1) {
    const std::string wanted = letters_of(*h1);
    for (const auto part : title_parts(*declared))
      if (!wanted.empty() && letters_of(part) == wanted) return h1;
  }
  return without_site(*declared, publisher, host_of(url));
}

// ---- people and times ----------------------------------------------------------------------------------------------------

// "By Ada Lovelace" is Ada Lovelace; an address is nobody.
Text person_name(std::string name) {
  if (const std::string lowered = lower_case(name.substr(0, 4)); lowered.starts_with("by ")) name.erase(0, 3);
  else if (lowered == "von ") name.erase(0, 4);
  if (name.empty() || name.size() > 100 || name.find("://") != name.npos || name.find('@') != name.npos) return {};
  return name;
}

std::vector<std::string> read_authors(const Declarations& meta, const JsonLdArticle& json) {
  std::vector<std::string> names = json.authors;
  for (const std::string_view key : {"author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author"}) {
    if (!names.empty()) break;
    names = meta.all(key);
  }
  std::vector<std::string> out;
  for (std::string& name : names)
    if (auto person = person_name(std::move(name)); person && std::find(out.begin(), out.end(), *person) == out.end())
      out.push_back(std::move(*person));
  return out;
}

std::optional<Time> first_date(std::initializer_list<Text> candidates) {
  for (const Text& text : candidates)
    if (text)
      if (const auto time = parse_page_date(*text)) return time;
  return {};
}

// The first <time> that is not inside a list of other articles' teasers counts; those stand in aside, nav and footer.
Text first_time_element(const HtmlPage& page) {
  for (std::size_t i = 0; i < page.size(); ++i) {
    const HtmlNode& node = page[i];
    if (node.tag == Tag::aside || node.tag == Tag::nav || node.tag == Tag::footer) i = node.end - 1;
    else if (node.tag == Tag::time && parse_page_date(node.attribute("datetime"))) return std::string(node.attribute("datetime"));
  }
  return {};
}

std::optional<Time> read_published(const HtmlPage& page, const Declarations& meta, const JsonLdArticle& json, std::string_view url) {
  const auto declared =
      first_date({meta.find({"article:published_time", "og:published_time", "og:article:published_time"}), json.published,
                  meta.find({"datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date", "pubdate",
                             "publishdate", "publish-date", "parsely-pub-date", "sailthru.date", "article.published"}),
                  first_time_element(page)});
  return declared ? declared : date_in_url(url);
}

Text read_language(const HtmlPage& page, const Declarations& meta, const JsonLdArticle& json) {
  Text html;
  for (std::size_t i = 0; i < page.size() && !html; ++i)
    if (page[i].tag == Tag::html) html = non_empty(squeezed(page[i].attribute("lang")));
  Text language = first_of(html, meta.find({"og:locale", "content-language", "dc.language", "language"}), json.language);
  if (!language) return {};
  std::replace(language->begin(), language->end(), '_', '-');
  const bool sound = language->size() >= 2 && language->size() <= 35 && language->find_first_of(" ,;") == language->npos;
  return sound ? language : Text{};
}

}  // namespace

Article read_metadata(const HtmlPage& page, std::string_view url) {
  const Declarations meta(page);
  const JsonLdArticle json = read_json_ld(page.json_ld());
  Article article;
  article.publisher = first_of(meta.find({"og:site_name"}), json.publisher, meta.find({"application-name", "dc.publisher"}));
  if (article.publisher && is_web_url(*article.publisher)) article.publisher.reset();
  article.title = read_title(page, meta, json, article.publisher, url);
  article.authors = read_authors(meta, json);
  article.published = read_published(page, meta, json, url);
  article.modified = first_date({meta.find({"article:modified_time", "og:updated_time"}), json.modified,
                                 meta.find({"datemodified", "last-modified", "dcterms.modified"})});
  article.image =
      absolute_url(first_of(meta.find({"og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"}),
                            json.image, link_of(page, "image_src")),
                   url);
  article.language = read_language(page, meta, json);
  article.description = first_of(meta.find({"og:description", "description", "twitter:description"}), json.description);
  article.canonical_url = absolute_url(first_of(link_of(page, "canonical"), meta.find({"og:url"})), url);
  return article;
}

}  // namespace headrace
