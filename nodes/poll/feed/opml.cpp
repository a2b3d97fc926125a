#include "nodes/poll/feed/opml.hpp"

#include <algorithm>

#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/feed_text.hpp"
#include "nodes/poll/feed/xml_reader.hpp"

namespace headrace::feed {

namespace {

std::optional<std::string> said(std::string_view text) {
  const std::string_view trimmed = trim(text);
  return trimmed.empty() ? std::nullopt : std::optional<std::string>(trimmed);
}

class OpmlReader {
 public:
  explicit OpmlReader(std::string_view text) : xml_(text) {}

  std::vector<FeedReference> read() {
    for (auto event = xml_.next(); event != XmlReader::Event::done; event = xml_.next()) {
      if (event == XmlReader::Event::start && same_name(xml_.local(), "outline")) read_outline();
      else if (event == XmlReader::Event::end) leave();
    }
    return std::move(feeds_);
  }

 private:
  struct Folder {
    std::size_t depth;
    std::string title;
  };

  std::string attribute(std::string_view name) { return xml_.attribute(name).value_or(""); }
  std::string title() {
    const std::string title = attribute("title");
    return trim(title).empty() ? attribute("text") : title;
  }

  void read_outline() {
    std::string url = attribute("xmlUrl");
    if (trim(url).empty() && same_name(attribute("type"), "rss")) url = attribute("url");
    if (!trim(url).empty()) feeds_.push_back(read_feed(std::string(trim(url))));
    else if (const auto folder = said(title())) folders_.push_back({xml_.depth(), *folder});
  }

  FeedReference read_feed(std::string url) {
    FeedReference feed{std::move(url), said(title()), said(attribute("htmlUrl")), said(attribute("type")), {}};
    for (const Folder& folder : folders_) add_category(feed, folder.title);
    const std::string written = attribute("category");
    for (std::string_view rest = written; !rest.empty();) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      add_category(feed, std::string(trim(rest.substr(0, end))));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return feed;
  }

  static void add_category(FeedReference& feed, std::string category) {
    constexpr std::size_t most = 20;
    const auto same = [&](const std::string& each) { return each == category; };
    if (category.empty() || feed.categories.size() >= most) return;
    if (std::none_of(feed.categories.begin(), feed.categories.end(), same)) feed.categories.push_back(std::move(category));
  }

  void leave() {
    while (!folders_.empty() && folders_.back().depth > xml_.depth()) folders_.pop_back();
  }

  XmlReader xml_;
  std::vector<Folder> folders_;  // around the outline that is being read
  std::vector<FeedReference> feeds_;
};

// Control characters have no place in XML, not even escaped.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      case '\t': out += "&#9;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
  }
  return out;
}

void write_attribute(std::string& out, std::string_view name, std::string_view value) {
  out.append(" ").append(name).append("=\"").append(escaped(value)).append("\"");
}

void write_feed(std::string& out, const FeedReference& feed, std::string_view indent) {
  out.append(indent).append("<outline");
  write_attribute(out, "type", feed.type.value_or("rss"));
  write_attribute(out, "text", feed.title.value_or(feed.url));
  write_attribute(out, "xmlUrl", feed.url);
  if (feed.site) write_attribute(out, "htmlUrl", *feed.site);
  std::string more;
  for (std::size_t i = 1; i < feed.categories.size(); ++i) more += (i > 1 ? "," : "") + feed.categories[i];
  if (!more.empty()) write_attribute(out, "category", more);
  out += "/>\n";
}

}  // namespace

std::vector<FeedReference> read_opml(std::string_view bytes) {
  const FeedText decoded = decode_feed(bytes, std::nullopt);
  return OpmlReader(decoded.text).read();
}

std::string write_opml(const std::vector<FeedReference>& feeds, std::string_view title) {
  const auto folder_of = [](const FeedReference& feed) { return feed.categories.empty() ? std::string_view() : feed.categories.front(); };
  std::vector<const FeedReference*> sorted;
  for (const FeedReference& feed : feeds) sorted.push_back(&feed);
  std::stable_sort(sorted.begin(), sorted.end(), [&](const auto* a, const auto* b) { return folder_of(*a) < folder_of(*b); });

  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>";
  out.append(escaped(title)).append("</title>\n  </head>\n  <body>\n");
  std::string_view open;  // the folder that is being written
  for (const FeedReference* feed : sorted) {
    if (const auto folder = folder_of(*feed); folder != open) {
      if (!open.empty()) out += "    </outline>\n";
      out += "    <outline";
      write_attribute(out, "text", open = folder);
      out += ">\n";
    }
    write_feed(out, *feed, open.empty() ? "    " : "      ");
  }
  if (!open.empty()) out += "    </outline>\n";
  return out += "  </body>\n</opml>\n";
}

}  // namespace headrace::feed
