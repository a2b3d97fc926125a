// RSS 0.9x, 1.0 (RDF), 1.1 and 2.0, with the modules that feeds use; and CDF, whose element names are nearly the same.
#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/formats.hpp"
#include "nodes/poll/feed/uri.hpp"

namespace headrace::feed {

namespace {

// ---- what modules say counts where the format's own elements say nothing ---------------------------------------------------

void move_into(auto& slot, auto& from) {
  if (!slot) slot = std::move(from);
}

void move_categories(std::vector<std::string>& categories, std::vector<std::string>& from) {
  for (std::string& each : from) add_category(categories, std::move(each));
}

void take(FeedEntry& entry, FeedEntry& modules) {
  move_into(entry.title, modules.title);
  move_into(entry.id, modules.id);
  move_into(entry.summary, modules.summary);
  move_into(entry.published, modules.published);
  move_into(entry.updated, modules.updated);
  move_into(entry.author, modules.author);
  move_into(entry.image, modules.image);
  move_into(entry.original_link, modules.original_link);
  move_categories(entry.categories, modules.categories);
  for (Enclosure& each : modules.enclosures) add_enclosure(entry, std::move(each));
}

void take(FeedInfo& feed, FeedInfo& modules) {
  move_into(feed.title, modules.title);
  move_into(feed.link, modules.link);
  move_into(feed.id, modules.id);
  move_into(feed.summary, modules.summary);
  move_into(feed.language, modules.language);
  move_into(feed.published, modules.published);
  move_into(feed.updated, modules.updated);
  move_into(feed.author, modules.author);
  move_into(feed.image, modules.image);
  move_into(feed.self, modules.self);
  move_into(feed.moved_to, modules.moved_to);
  feed.hubs = std::move(modules.hubs);
  move_categories(feed.categories, modules.categories);
}

// ----------------------------------------------------------------------------------------------------------------------------

class RssReader {
 public:
  RssReader(FeedCursor& xml, ReadFeed& out, std::size_t max_entries) : xml_(xml), out_(out), max_entries_(max_entries) {}

  void read() {
    fill(feed().language, language_tag(xml_.attribute("xml:lang")));
    if (xml_.is("channel")) read_channel();
    else read_root();
    take(feed(), feed_modules_);
  }

 private:
  FeedInfo& feed() { return out_.parsed.feed; }
  bool full() const { return out_.parsed.entries.size() >= max_entries_; }

  void read_root() {
    // RSS 1.0 puts items beside the channel, and some 2.0 feeds forget the channel.
    for (const auto root = xml_.depth(); !full() && xml_.child(root);) {
      if (xml_.is(Vocabulary::rss, "channel")) read_channel();
      else read_channel_member();
    }
  }

  void read_channel() {
    read_cdf_attributes(feed());
    fill(feed().language, language_tag(xml_.attribute("xml:lang")));
    for (const auto channel = xml_.depth(); !full() && xml_.child(channel);) read_channel_member();
  }

  void read_cdf_attributes(auto& into) {
    fill(into.link, xml_.attribute("href"));
    fill(into.updated, xml_.attribute("lastmod"));
  }

  void read_channel_member() {
    if (hints_.read(xml_, feed())) return;
    if (xml_.vocabulary() == Vocabulary::rss) return read_channel_element(feed());
    if (xml_.vocabulary() == Vocabulary::atom) return read_channel_atom(feed_modules_);
    read_module(xml_, feed_modules_);
  }

  void read_channel_element(FeedInfo& feed) {
    if (xml_.is("item")) read_item();
    else if (xml_.is("items")) read_items();
    else if (xml_.is("title")) fill(feed.title, xml_.plain());
    else if (xml_.is("link")) read_link(feed.link, out_.base);
    else if (xml_.is("description") || xml_.is("abstract") || xml_.is("tagline")) fill(feed.summary, xml_.content().text);
    else if (xml_.is("language")) fill(feed.language, xml_.text());
    else if (xml_.is("pubDate")) replace(feed.published, xml_.text());
    else if (xml_.is("lastBuildDate")) replace(feed.updated, xml_.text());
    else if (xml_.is("managingEditor") || xml_.is("author")) fill(feed.author, person_of(xml_.text()));
    else if (xml_.is("category")) add_category(feed.categories, xml_.text());
    else if (xml_.is("logo")) fill_resolved(feed.image, xml_.attribute("href"));  // CDF
    else read_picture(xml_, feed.image);
  }

  void read_items() {  // RSS 1.1; in 1.0 it is a list of names
    for (const auto items = xml_.depth(); !full() && xml_.child(items);)
      if (xml_.is(Vocabulary::rss, "item")) read_item();
  }

  void read_channel_atom(FeedInfo& feed) {
    if (xml_.is("link")) read_channel_atom_link(feed);
    else if (xml_.is("updated")) replace(feed.updated, xml_.text());
    else if (xml_.is("id")) fill(feed.id, xml_.text());
    else if (xml_.is("author")) fill(feed.author, read_person(xml_));
    else if (xml_.is("logo") || xml_.is("icon")) fill_resolved(feed.image, xml_.text());
  }

  void read_channel_atom_link(FeedInfo& feed) {
    const std::string relation = relation_of(xml_);
    if (relation == "alternate") return read_atom_link(feed.link, out_.base);
    if (relation == "self") fill_resolved(feed.self, xml_.attribute("href"));
    if (relation == "hub") add_hub(feed, xml_.resolve(xml_.attribute("href")));
  }

  void read_item() {
    FeedEntry entry;
    std::string base = xml_.base();
    const std::string about = xml_.attribute("rdf:about");
    read_cdf_attributes(entry);
    guid_link_.reset();
    modules_ = {};
    for (const auto item = xml_.depth(); xml_.child(item);) read_item_member(entry, base);
    choose_link(entry, base);
    fill(entry.id, about);
    take(entry, modules_);
    out_.parsed.entries.push_back(std::move(entry));
    out_.bases.push_back(std::move(base));
  }

  // A guid is a link where there is none, or none that leads to a page ("at://...").
  void choose_link(FeedEntry& entry, const std::string& base) {
    if (!guid_link_) return;
    if (!entry.link || (!is_web_url(resolve_reference(base, *entry.link)) && is_web_url(*guid_link_) && is_absolute(*entry.link)))
      entry.link = std::move(guid_link_);
  }

  void read_item_member(FeedEntry& entry, std::string& base) {
    switch (xml_.vocabulary()) {
      case Vocabulary::rss: return read_item_element(entry, base);
      case Vocabulary::atom: return read_item_atom(entry, base);
      case Vocabulary::content:
        if (xml_.is("encoded")) fill(entry.content, xml_.content().text);
        return;
      case Vocabulary::xhtml:
        if (xml_.is("body") || xml_.is("div")) fill(entry.content, xml_.content().text);
        return;
      default: read_module(xml_, modules_);
    }
  }

  void read_item_element(FeedEntry& entry, std::string& base) {
    if (xml_.is("title")) fill(entry.title, xml_.plain());
    else if (xml_.is("link")) read_link(entry.link, base);
    else if (xml_.is("a")) fill(entry.link, xml_.attribute("href"));  // CDF
    else if (xml_.is("guid") || xml_.is("id")) read_guid(entry);
    else if (xml_.is("description") || xml_.is("abstract") || xml_.is("summary")) read_description(entry);
    else if (xml_.is("content") || xml_.is("encoded") || xml_.is("fulltext") || xml_.is("fullitem") || xml_.is("body"))
      fill(entry.content, xml_.content().text);
    else if (xml_.is("pubDate") || xml_.is("published")) replace(entry.published, xml_.text());
    else if (xml_.is("updated")) replace(entry.updated, xml_.text());
    else if (xml_.is("author")) fill(entry.author, read_person(xml_));
    else if (xml_.is("category")) add_category(entry.categories, xml_.text());
    else if (xml_.is("enclosure")) read_enclosure(xml_, entry, "url", "length");
    else if (xml_.is("logo")) fill_resolved(entry.image, xml_.attribute("href"));
    else read_picture(xml_, entry.image);
  }

  // Who writes two descriptions means the second one as the content.
  void read_description(FeedEntry& entry) {
    std::string text = xml_.content().text;
    if (!entry.summary) fill(entry.summary, std::move(text));
    else fill(entry.content, std::move(text));
  }

  void read_item_atom(FeedEntry& entry, std::string& base) {
    if (xml_.is("link")) read_item_atom_link(entry, base);
    else if (xml_.is("updated")) replace(entry.updated, xml_.text());
    else if (xml_.is("published")) replace(entry.published, xml_.text());
    else if (xml_.is("summary")) fill(entry.summary, xml_.content().text);
    else if (xml_.is("content")) fill(entry.content, xml_.content().text);
    else if (xml_.is("author")) fill(entry.author, read_person(xml_));
    else if (xml_.is("id")) fill(entry.id, xml_.text());
  }

  void read_item_atom_link(FeedEntry& entry, std::string& base) {
    const std::string relation = relation_of(xml_);
    if (relation == "alternate") read_atom_link(entry.link, base);
    else if (relation == "enclosure") read_enclosure(xml_, entry, "href", "length");
  }

  // A link in text; some write Atom's attribute instead. Of several the last one counts. `base` becomes what it is relative to.
  void read_link(std::optional<std::string>& link, std::string& base) {
    std::string around = xml_.base(), href = xml_.attribute("href"), text = xml_.text();
    std::optional<std::string> found;
    fill(found, text.empty() ? std::string(trim(href)) : std::move(text));
    if (!found) return;
    link = std::move(found);
    base = std::move(around);
  }
  void read_atom_link(std::optional<std::string>& link, std::string& base) {
    if (link) return;
    fill(link, std::string(trim(xml_.attribute("href"))));
    if (link) base = xml_.base();
  }

  // A guid is a permanent link unless it says that it is none; one that does not look like a link has to say that it is one.
  void read_guid(FeedEntry& entry) {
    const std::string permanent(trim(xml_.attribute("isPermaLink")));
    const std::string id = xml_.text();
    fill(entry.id, id);
    if (!id.empty() && !same_name(permanent, "false") && (is_web_url(id) || same_name(permanent, "true"))) guid_link_ = id;
  }

  void fill_resolved(std::optional<std::string>& slot, std::string_view url) {
    if (!trim(url).empty()) fill(slot, xml_.resolve(url));
  }

  FeedCursor& xml_;
  ReadFeed& out_;
  std::size_t max_entries_;
  std::optional<std::string> guid_link_;
  FeedEntry modules_;  // of the item
  FeedInfo feed_modules_;
  PollingHints hints_;
};

}  // namespace

void read_rss(FeedCursor& xml, ReadFeed& out, std::size_t max_entries) { RssReader(xml, out, max_entries).read(); }

}  // namespace headrace::feed
