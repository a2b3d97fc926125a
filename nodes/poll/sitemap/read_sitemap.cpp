#include "nodes/poll/sitemap/read_sitemap.hpp"

#include <algorithm>
#include <charconv>

#include "nodes/poll/feed/cursor.hpp"
#include "nodes/poll/feed/date.hpp"
#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/feed_text.hpp"
#include "nodes/poll/feed/uri.hpp"
#include "nodes/poll/sitemap/gunzip.hpp"

namespace headrace {

namespace {

constexpr std::size_t most_images = 100, most_keywords = 100;

void fill(std::optional<std::string>& slot, std::string text) {
  if (!slot && !text.empty()) slot = std::move(text);
}
void fill(std::optional<Time>& slot, std::string_view text) {
  if (!slot) slot = feed::read_date(text);
}

std::optional<double> priority_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 0 && value <= 1 ? std::optional(value) : std::nullopt;
}

class SitemapReader {
 public:
  SitemapReader(std::string_view text, const FeedDocument& document, const SitemapLimits& limits)
      : xml_(text, document.url.value_or("")), max_entries_(limits.max_entries) {}

  Sitemap read() {
    if (!xml_.root()) refuse("the document has no element");
    if (!xml_.is("urlset") && !xml_.is("sitemapindex")) refuse("the document is <" + std::string(xml_.name().substr(0, 40)) + ">");
    for (const auto root = xml_.depth(); xml_.child(root);) {
      if (!xml_.is("url") && !xml_.is("sitemap")) continue;
      if (out_.pages.size() + out_.sitemaps.size() >= max_entries_) {
        out_.whole = false;
        break;
      }
      if (xml_.is("url")) read_page();
      else read_reference();
    }
    return std::move(out_);
  }

  [[noreturn]] static void refuse(const std::string& what) {
    throw NodeError("not_a_sitemap",
                    what + ", where <urlset>, <sitemapindex> or a list of URLs was expected: for RSS and Atom use parse_feed");
  }

 private:
  std::string read_location() {
    const std::string text = xml_.text();
    const std::string url = text.empty() ? "" : xml_.resolve(text);
    return feed::is_web_url(url) ? url : "";
  }

  void read_reference() {
    SitemapReference out;
    for (const auto inside = xml_.depth(); xml_.child(inside);) {
      if (xml_.is("loc")) out.url = read_location();
      else if (xml_.is("lastmod")) fill(out.modified, xml_.text());
    }
    if (!out.url.empty()) out_.sitemaps.push_back(std::move(out));
  }

  void read_page() {
    SitemapPage page;
    for (const auto inside = xml_.depth(); xml_.child(inside);) {
      if (xml_.is("loc") && page.url.empty()) page.url = read_location();
      else if (xml_.is("lastmod")) fill(page.modified, xml_.text());
      else if (xml_.is("changefreq")) fill(page.change_frequency, xml_.text());
      else if (xml_.is("priority")) page.priority = priority_of(xml_.text());
      else if (xml_.is("news")) read_news(page);
      else if (xml_.is("image")) read_image(page);
    }
    if (!page.url.empty()) out_.pages.push_back(std::move(page));
  }

  void read_news(SitemapPage& page) {
    for (const auto inside = xml_.depth(); xml_.child(inside);) {
      if (xml_.is("title")) fill(page.title, xml_.plain());
      else if (xml_.is("publication_date")) fill(page.published, xml_.text());
      else if (xml_.is("keywords")) read_keywords(page);
      else if (xml_.is("publication")) read_publication(page);
    }
  }
  void read_publication(SitemapPage& page) {
    for (const auto inside = xml_.depth(); xml_.child(inside);) {
      if (xml_.is("name")) fill(page.publication, xml_.plain());
      else if (xml_.is("language")) fill(page.language, xml_.text());
    }
  }
  void read_keywords(SitemapPage& page) {
    const std::string text = xml_.plain();
    for (std::string_view rest = text; !rest.empty() && page.keywords.size() < most_keywords;) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      if (const auto word = feed::trim(rest.substr(0, end)); !word.empty()) page.keywords.emplace_back(word);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  void read_image(SitemapPage& page) {
    for (const auto inside = xml_.depth(); xml_.child(inside);) {
      if (!xml_.is("loc")) continue;
      if (std::string url = read_location(); !url.empty() && page.images.size() < most_images) page.images.push_back(std::move(url));
    }
  }

  feed::FeedCursor xml_;
  std::size_t max_entries_;
  Sitemap out_;
};

// One URL a line.
Sitemap read_lines(std::string_view text, std::size_t max_entries) {
  Sitemap out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    if (const auto line = feed::trim(text.substr(0, end)); feed::is_web_url(line)) {
      if (out.pages.size() >= max_entries) return out.whole = false, out;
      out.pages.emplace_back().url = line;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (out.pages.empty()) SitemapReader::refuse("no line of the document is a URL");
  return out;
}

}  // namespace

Sitemap read_sitemap(const FeedDocument& document, const SitemapLimits& limits) {
  std::string_view bytes = document.body;
  Gunzipped unpacked;
  if (is_gzip(bytes)) bytes = (unpacked = gunzip(bytes, limits.max_bytes)).bytes;
  const bool cut = bytes.size() > limits.max_bytes;
  const feed::FeedText decoded = feed::decode_feed(bytes.substr(0, limits.max_bytes), document.content_type);
  Sitemap out = feed::trim(decoded.text).starts_with('<') ? SitemapReader(decoded.text, document, limits).read()
                                                          : read_lines(decoded.text, limits.max_entries);
  out.whole = out.whole && unpacked.whole && !cut;
  return out;
}

}  // namespace headrace
