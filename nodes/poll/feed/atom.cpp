// Atom 1.0 and 0.3.
#include <array>

#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/formats.hpp"
#include "nodes/poll/feed/uri.hpp"

namespace headrace::feed {

namespace {

std::string decode_base64(std::string_view text) {
  std::string out;
  std::uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const int digit = c >= 'A' && c <= 'Z'   ? c - 'A'
                      : c >= 'a' && c <= 'z' ? c - 'a' + 26
                      : c >= '0' && c <= '9' ? c - '0' + 52
                      : c == '+'             ? 62
                      : c == '/'             ? 63
                                             : -1;
    if (digit < 0) continue;
    group = group << 6 | static_cast<std::uint32_t>(digit);
    if ((bits += 6) >= 8) out += static_cast<char>(group >> (bits -= 8) & 255);
  }
  return out;
}

bool textual(std::string_view type) {
  return type.empty() || type.find('/') == std::string_view::npos || type.starts_with("text/") || type.ends_with("+xml") ||
         type.ends_with("/xml");
}

class AtomReader {
 public:
  AtomReader(FeedCursor& xml, ReadFeed& out, std::size_t max_entries) : xml_(xml), out_(out), max_entries_(max_entries) {}

  void read() {
    fill(out_.parsed.feed.language, language_tag(xml_.attribute("xml:lang")));
    out_.base = xml_.base();
    if (xml_.is("entry")) return read_entry();
    for (const auto feed = xml_.depth(); !full() && xml_.child(feed);) read_feed_member(out_.parsed.feed);
    const auto& author = out_.parsed.feed.author;
    if (!author || !inheritable(*author)) return;
    for (FeedEntry& entry : out_.parsed.entries)
      if (!entry.author) entry.author = author;  // RFC 4287, 4.2.1
  }

 private:
  // Old feeds use namespaces of their own; what has no prefix is Atom.
  bool atom() const { return xml_.vocabulary() == Vocabulary::atom || xml_.vocabulary() == Vocabulary::rss; }
  bool full() const { return out_.parsed.entries.size() >= max_entries_; }

  void read_feed_member(FeedInfo& feed) {
    if (!atom()) {
      if (!hints_.read(xml_, feed)) read_module(xml_, feed);
    } else if (xml_.is("entry")) read_entry();
    else if (xml_.is("title")) fill(feed.title, read_title());
    else if (xml_.is("subtitle") || xml_.is("tagline") || xml_.is("info")) fill(feed.summary, read_text());
    else if (xml_.is("id")) fill(feed.id, read_id());
    else if (xml_.is("link")) read_feed_link(feed);
    else if (xml_.is("updated") || xml_.is("modified")) replace(feed.updated, xml_.text());
    else if (xml_.is("published")) replace(feed.published, xml_.text());
    else if (xml_.is("author")) fill(feed.author, read_person(xml_));
    else if (xml_.is("category")) read_category(feed.categories);
    else if (xml_.is("logo") || xml_.is("icon")) read_logo(feed);
  }

  void read_feed_link(FeedInfo& feed) {
    const std::string relation = relation_of(xml_);
    if (relation == "alternate") return read_page_link(feed.link, out_.base, feed_rank_);
    const std::string href(trim(xml_.attribute("href")));
    if (href.empty()) return;
    if (relation == "self") fill(feed.self, xml_.resolve(href));
    if (relation == "hub") add_hub(feed, xml_.resolve(href));
  }

  void read_logo(FeedInfo& feed) {
    const std::string url = xml_.text();
    if (!url.empty()) fill(feed.image, xml_.resolve(url));
  }

  void read_entry() {
    FeedEntry entry;
    std::string base = xml_.base();
    entry_rank_ = 0;
    source_author_.reset();
    for (const auto inside = xml_.depth(); xml_.child(inside);) read_entry_member(entry, base);
    if (!entry.author) entry.author = std::move(source_author_);  // RFC 4287, 4.2.2
    if (!entry.link && entry.id && is_web_url(*entry.id)) entry.link = entry.id;
    out_.parsed.entries.push_back(std::move(entry));
    out_.bases.push_back(std::move(base));
  }

  void read_entry_member(FeedEntry& entry, std::string& base) {
    if (!atom()) read_module(xml_, entry);
    else if (xml_.is("title")) fill(entry.title, read_title());
    else if (xml_.is("link")) read_entry_link(entry, base);
    else if (xml_.is("id")) fill(entry.id, read_id());
    else if (xml_.is("published") || xml_.is("issued")) replace(entry.published, xml_.text());
    else if (xml_.is("created")) fill(entry.published, xml_.text());
    else if (xml_.is("updated") || xml_.is("modified")) replace(entry.updated, xml_.text());
    else if (xml_.is("author")) fill(entry.author, read_person(xml_));
    else if (xml_.is("summary")) fill(entry.summary, read_text());
    else if (xml_.is("content")) fill(entry.content, read_text());
    else if (xml_.is("category")) read_category(entry.categories);
    else if (xml_.is("source")) read_source();
  }

  // The feed that the entry was taken from.
  void read_source() {
    for (const auto source = xml_.depth(); xml_.child(source);)
      if (atom() && xml_.is("author")) fill(source_author_, read_person(xml_));
  }

  // An id is absolute; who writes a path means the one of the feed's host.
  std::string read_id() {
    const std::string id = xml_.text();
    return id.starts_with('/') || id.starts_with("./") || id.starts_with("../") ? xml_.resolve(id) : id;
  }

  // As HTML, or as text when the type says so: a text that looks like markup is escaped by whoever shows it.
  std::string read_text() {
    const std::string type = xml_.attribute("type"), mode = xml_.attribute("mode");
    const bool coded = same_name(mode, "base64") || (mode.empty() && !textual(type));
    Content inside = xml_.content();
    return coded && !inside.markup ? decode_base64(inside.text) : std::move(inside.text);
  }

  std::string read_title() {
    const std::string type = xml_.attribute("type");
    const bool literal = same_name(type, "text") || same_name(type, "text/plain");
    const std::string text = read_text();
    return literal ? collapse_blanks(text) : plain_text(text);
  }

  void read_entry_link(FeedEntry& entry, std::string& base) {
    const std::string relation = relation_of(xml_);
    if (relation == "alternate") read_page_link(entry.link, base, entry_rank_);
    else if (relation == "enclosure") read_enclosure(xml_, entry, "href", "length");
  }

  // The page of an entry is its alternate link, preferably the HTML one; failing that, no link of another relation.
  void read_page_link(std::optional<std::string>& link, std::string& base, int& rank) {
    const std::string type = xml_.attribute("type");
    std::string href(trim(xml_.attribute("href")));
    const int worth = type.empty() || type.find("html") != std::string::npos ? 2 : 1;
    if (href.empty() || worth <= rank) return;
    rank = worth;
    link = std::move(href);
    base = xml_.base();
  }

  void read_category(std::vector<std::string>& categories) {
    const std::string term = xml_.attribute("term"), label = xml_.attribute("label");
    add_category(categories, !term.empty() ? term : label.empty() ? xml_.text() : label);
  }

  FeedCursor& xml_;
  ReadFeed& out_;
  std::size_t max_entries_;
  int feed_rank_ = 0, entry_rank_ = 0;
  std::optional<Person> source_author_;
  PollingHints hints_;
};

}  // namespace

void read_atom(FeedCursor& xml, ReadFeed& out, std::size_t max_entries) { AtomReader(xml, out, max_entries).read(); }

}  // namespace headrace::feed
