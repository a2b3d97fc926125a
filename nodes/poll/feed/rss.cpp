// RSS 0.9x, 1.0 (RDF) and 2.0, with the modules that feeds use; and CDF, whose element names are nearly the same.
#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/formats.hpp"

namespace headrace::feed {

namespace {

class RssReader {
 public:
  RssReader(FeedCursor& xml, ReadFeed& out, std::size_t max_entries) : xml_(xml), out_(out), max_entries_(max_entries) {}

  void read() {
    fill(out_.parsed.feed.language, xml_.attribute("xml:lang"));
    if (xml_.is("channel")) read_channel();
    else read_root();
    take_modules(out_.parsed.feed);
  }

 private:
  void read_root() {
    // RSS 1.0 puts items beside the channel, and some 2.0 feeds forget the channel.
    for (const auto root = xml_.depth(); !full() && xml_.child(root);) {
      if (xml_.is(Vocabulary::rss, "channel")) read_channel();
      else read_channel_member();
    }
  }

  void read_channel() {
    fill(out_.parsed.feed.link, xml_.attribute("href"));  // CDF
    fill(out_.parsed.feed.updated, xml_.attribute("lastmod"));
    fill(out_.parsed.feed.language, xml_.attribute("xml:lang"));
    for (const auto channel = xml_.depth(); !full() && xml_.child(channel);) read_channel_member();
  }

  void read_channel_member() {
    FeedInfo& feed = out_.parsed.feed;
    switch (xml_.vocabulary()) {
      case Vocabulary::rss: return read_channel_element(feed);
      case Vocabulary::dublin_core: return read_channel_dublin_core(feed_modules_);
      case Vocabulary::atom: return read_channel_atom(feed_modules_);
      case Vocabulary::itunes: return read_channel_itunes(feed_modules_);
      default: return;
    }
  }

  void read_channel_element(FeedInfo& feed) {
    if (xml_.is("item")) read_item();
    else if (xml_.is("title")) fill(feed.title, xml_.plain());
    else if (xml_.is("link")) read_link(feed.link, out_.base);
    else if (xml_.is("description") || xml_.is("abstract") || xml_.is("tagline")) fill(feed.summary, xml_.content().text);
    else if (xml_.is("language")) fill(feed.language, xml_.text());
    else if (xml_.is("pubDate")) fill(feed.published, xml_.text());
    else if (xml_.is("lastBuildDate")) fill(feed.updated, xml_.text());
    else if (xml_.is("managingEditor") || xml_.is("author")) fill(feed.author, person_of(xml_.text()));
    else if (xml_.is("category")) add_category(feed.categories, xml_.plain());
  }

  void read_channel_dublin_core(FeedInfo& feed) {
    if (xml_.is("title")) fill(feed.title, xml_.plain());
    else if (xml_.is("description")) fill(feed.summary, xml_.content().text);
    else if (xml_.is("language")) fill(feed.language, xml_.text());
    else if (xml_.is("creator") || xml_.is("author")) fill(feed.author, person_of(xml_.text()));
    else if (xml_.is("date") || xml_.is("modified")) fill(feed.updated, xml_.text());
    else if (xml_.is("created") || xml_.is("issued")) fill(feed.published, xml_.text());
    else if (xml_.is("identifier")) fill(feed.id, xml_.text());
    else if (xml_.is("subject")) add_category(feed.categories, xml_.plain());
  }

  void read_channel_atom(FeedInfo& feed) {
    if (xml_.is("link")) read_atom_link(feed.link, out_.base);
    else if (xml_.is("updated")) fill(feed.updated, xml_.text());
    else if (xml_.is("id")) fill(feed.id, xml_.text());
    else if (xml_.is("author")) fill(feed.author, read_person(xml_));
  }

  void read_channel_itunes(FeedInfo& feed) {
    if (xml_.is("author")) fill(feed.author, person_of(xml_.text()));
    else if (xml_.is("owner")) fill(feed.author, read_person(xml_));
    else if (xml_.is("subtitle") || xml_.is("summary")) fill(feed.summary, xml_.content().text);
    else if (xml_.is("keywords")) read_keywords(feed.categories);
    else if (xml_.is("category")) read_itunes_category(feed.categories);
  }

  bool full() const { return out_.parsed.entries.size() >= max_entries_; }

  void read_item() {
    FeedEntry entry;
    std::string base = xml_.base();
    const std::string about = xml_.attribute("rdf:about");
    fill(entry.link, xml_.attribute("href"));  // CDF
    fill(entry.updated, xml_.attribute("lastmod"));
    guid_link_.reset();
    origin_link_.reset();
    modules_ = {};
    for (const auto item = xml_.depth(); xml_.child(item);) read_item_member(entry, base);
    if (origin_link_) entry.link = std::move(origin_link_);
    if (!entry.link && guid_link_) entry.link = std::move(guid_link_);
    fill(entry.id, about);
    take_modules(entry);
    out_.parsed.entries.push_back(std::move(entry));
    out_.bases.push_back(std::move(base));
  }

  void read_item_member(FeedEntry& entry, std::string& base) {
    switch (xml_.vocabulary()) {
      case Vocabulary::rss: return read_item_element(entry, base);
      case Vocabulary::dublin_core: return read_item_dublin_core(modules_);
      case Vocabulary::atom: return read_item_atom(entry, base);
      case Vocabulary::itunes: return read_item_itunes(modules_);
      case Vocabulary::content:
        if (xml_.is("encoded")) fill(entry.content, xml_.content().text);
        return;
      case Vocabulary::xhtml:
        if (xml_.is("body")) fill(entry.content, xml_.content().text);
        return;
      case Vocabulary::feedburner:
        if (xml_.is("origLink")) fill(origin_link_, xml_.text());
        return;
      case Vocabulary::media: return read_item_media();
      default: return;
    }
  }

  void read_item_element(FeedEntry& entry, std::string& base) {
    if (xml_.is("title")) fill(entry.title, xml_.plain());
    else if (xml_.is("link")) read_link(entry.link, base);
    else if (xml_.is("guid") || xml_.is("id")) read_guid(entry);
    else if (xml_.is("description") || xml_.is("abstract") || xml_.is("summary")) fill(entry.summary, xml_.content().text);
    else if (xml_.is("content") || xml_.is("encoded") || xml_.is("fulltext") || xml_.is("fullitem") || xml_.is("body"))
      fill(entry.content, xml_.content().text);
    else if (xml_.is("pubDate") || xml_.is("published")) fill(entry.published, xml_.text());
    else if (xml_.is("updated")) fill(entry.updated, xml_.text());
    else if (xml_.is("author")) fill(entry.author, read_person(xml_));
    else if (xml_.is("category")) add_category(entry.categories, xml_.plain());
  }

  void read_item_dublin_core(FeedEntry& entry) {
    if (xml_.is("title")) fill(entry.title, xml_.plain());
    else if (xml_.is("description")) fill(entry.summary, xml_.content().text);
    else if (xml_.is("creator") || xml_.is("author")) fill(entry.author, person_of(xml_.text()));
    else if (xml_.is("date")) fill_date(entry, xml_.text());
    else if (xml_.is("created") || xml_.is("issued")) fill(entry.published, xml_.text());
    else if (xml_.is("modified")) fill(entry.updated, xml_.text());
    else if (xml_.is("identifier")) fill(entry.id, xml_.text());
    else if (xml_.is("subject")) add_category(entry.categories, xml_.plain());
  }

  void read_item_atom(FeedEntry& entry, std::string& base) {
    if (xml_.is("link")) read_atom_link(entry.link, base);
    else if (xml_.is("updated")) fill(entry.updated, xml_.text());
    else if (xml_.is("published")) fill(entry.published, xml_.text());
    else if (xml_.is("summary")) fill(entry.summary, xml_.content().text);
    else if (xml_.is("content")) fill(entry.content, xml_.content().text);
    else if (xml_.is("author")) fill(entry.author, read_person(xml_));
    else if (xml_.is("id")) fill(entry.id, xml_.text());
  }

  void read_item_itunes(FeedEntry& entry) {
    if (xml_.is("author")) fill(entry.author, person_of(xml_.text()));
    else if (xml_.is("summary") || xml_.is("subtitle")) fill(entry.summary, xml_.content().text);
    else if (xml_.is("keywords")) read_keywords(entry.categories);
  }

  void read_item_media() {
    if (!xml_.is("group")) return static_cast<void>(read_media(xml_, modules_));
    for (const auto group = xml_.depth(); xml_.child(group);) read_media(xml_, modules_);
  }

  // A link in text; some write Atom's attribute instead. `base` becomes what the link is relative to.
  void read_link(std::optional<std::string>& link, std::string& base) {
    std::string around = xml_.base(), href = xml_.attribute("href"), text = xml_.text();
    if (link) return;
    fill(link, text.empty() ? std::string(trim(href)) : std::move(text));
    if (link) base = std::move(around);
  }
  void read_atom_link(std::optional<std::string>& link, std::string& base) {
    const std::string rel = xml_.attribute("rel");
    if (link || !(rel.empty() || same_name(rel, "alternate"))) return;
    fill(link, std::string(trim(xml_.attribute("href"))));
    if (link) base = xml_.base();
  }

  void read_guid(FeedEntry& entry) {
    const bool permanent = !same_name(trim(xml_.attribute("isPermaLink")), "false");
    const std::string id = xml_.text();
    fill(entry.id, id);
    if (permanent && (id.starts_with("http://") || id.starts_with("https://"))) guid_link_ = id;
  }

  // dc:date does not tell which event it dates.
  static void fill_date(FeedEntry& entry, std::string_view date) {
    fill(entry.published, date);
    fill(entry.updated, date);
  }

  static void move_into(auto& slot, auto& from) {
    if (!slot) slot = std::move(from);
  }
  void take_modules(FeedEntry& entry) {
    move_into(entry.title, modules_.title);
    move_into(entry.id, modules_.id);
    move_into(entry.summary, modules_.summary);
    move_into(entry.published, modules_.published);
    move_into(entry.updated, modules_.updated);
    move_into(entry.author, modules_.author);
    for (std::string& each : modules_.categories) add_category(entry.categories, std::move(each));
  }
  void take_modules(FeedInfo& feed) {
    move_into(feed.title, feed_modules_.title);
    move_into(feed.link, feed_modules_.link);
    move_into(feed.id, feed_modules_.id);
    move_into(feed.summary, feed_modules_.summary);
    move_into(feed.language, feed_modules_.language);
    move_into(feed.published, feed_modules_.published);
    move_into(feed.updated, feed_modules_.updated);
    move_into(feed.author, feed_modules_.author);
    for (std::string& each : feed_modules_.categories) add_category(feed.categories, std::move(each));
  }

  void read_keywords(std::vector<std::string>& categories) {
    const std::string text = xml_.plain();
    for (std::size_t from = 0; from <= text.size();) {
      const std::size_t end = std::min(text.find_first_of(", ", from), text.size());
      add_category(categories, text.substr(from, end - from));
      from = end + 1;
    }
  }
  void read_itunes_category(std::vector<std::string>& categories) {
    add_category(categories, xml_.attribute("text"));
    for (const auto outer = xml_.depth(); xml_.child(outer);) add_category(categories, xml_.attribute("text"));
  }

  FeedCursor& xml_;
  ReadFeed& out_;
  std::size_t max_entries_;
  std::optional<std::string> guid_link_, origin_link_;
  FeedEntry modules_;  // what modules say: it counts where the format's own elements say nothing
  FeedInfo feed_modules_;
};

}  // namespace

void read_rss(FeedCursor& xml, ReadFeed& out, std::size_t max_entries) { RssReader(xml, out, max_entries).read(); }

}  // namespace headrace::feed
