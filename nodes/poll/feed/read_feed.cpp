#include "nodes/poll/feed/read_feed.hpp"

#include <algorithm>

#include "nodes/poll/feed/date.hpp"
#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/feed_text.hpp"
#include "nodes/poll/feed/formats.hpp"
#include "nodes/poll/feed/uri.hpp"

namespace headrace::feed {

namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw NodeError("not_a_feed", what + ", where RSS, Atom or JSON Feed was expected: look up the feed's own address");
}

bool is_rss(const FeedCursor& xml) { return xml.is("rss") || xml.is("rdf") || xml.is("channel"); }
bool is_atom(const FeedCursor& xml) { return xml.is("feed") || xml.is("entry"); }

// The first element; or the first <rss>, <RDF> or <feed>, behind the error message of a script.
void read_xml(std::string_view text, ReadFeed& out, std::size_t max_entries) {
  FeedCursor xml(text, out.base);
  if (!xml.root()) refuse("the document has no element");
  const std::string first(xml.name().substr(0, 40));
  bool at_feed = is_rss(xml) || is_atom(xml);
  out.parsed.wellformed = out.parsed.wellformed && at_feed;
  while (!at_feed && xml.root()) at_feed = xml.is("rss") || xml.is("rdf") || xml.is("feed");
  if (!at_feed) refuse("the document is <" + first + ">");
  if (is_rss(xml)) read_rss(xml, out, max_entries);
  else read_atom(xml, out, max_entries);
  out.parsed.wellformed = out.parsed.wellformed && !xml.repaired();
}

// A teaser for those who want one, a picture for those who show one: from what else the entry holds.
void complete(FeedEntry& entry) {
  if (!entry.summary) entry.summary = entry.content;
  if (entry.image) return;
  for (const Enclosure& each : entry.enclosures)
    if (each.type && same_name(std::string_view(*each.type).substr(0, 6), "image/")) return static_cast<void>(entry.image = each.url);
}

}  // namespace

ReadFeed read_feed(const FeedDocument& document, std::size_t max_entries) {
  const FeedText decoded = decode_feed(document.body, document.content_type);
  ReadFeed out;
  out.base = document.url.value_or("");
  out.parsed.encoding = decoded.encoding;
  out.parsed.wellformed = !decoded.repaired;
  const std::string_view text = trim(decoded.text);
  if (text.empty()) refuse("the document is empty");
  if (text.front() == '{') read_json_feed(text, out, max_entries);
  else read_xml(decoded.text, out, max_entries);
  for (FeedEntry& entry : out.parsed.entries) complete(entry);
  return out;
}

Entry entry_of(FeedEntry&& entry, const std::string& base) {
  Entry out;
  out.link = entry.original_link ? std::move(entry.original_link) : std::move(entry.link);
  if (!base.empty()) out.base = base;
  out.id = std::move(entry.id);
  out.title = std::move(entry.title);
  out.summary = std::move(entry.summary);
  out.published = entry.published ? entry.published : entry.updated;
  if (entry.author) out.author = entry.author->name ? std::move(entry.author->name) : std::move(entry.author->email);
  out.image = std::move(entry.image);
  return out;
}

void resolve_links(ReadFeed& read) {
  const auto resolve = [](std::optional<std::string>& link, std::string_view base) {
    if (link) link = resolve_reference(base, *link);
  };
  resolve(read.parsed.feed.link, read.base);
  for (std::size_t i = 0; i < read.bases.size(); ++i) resolve(read.parsed.entries[i].link, read.bases[i]);
}

void fill(std::optional<std::string>& slot, std::string value) {
  if (!slot && !trim(value).empty()) slot = std::move(value);
}
void fill(std::optional<Time>& slot, std::string_view date) {
  if (!slot) slot = read_date(trim(date));
}
void replace(std::optional<Time>& slot, std::string_view date) {
  if (const auto time = read_date(trim(date))) slot = time;
}
void fill(std::optional<Person>& slot, Person person) {
  if (!slot && (person.name || person.email || person.uri)) slot = std::move(person);
}

void add_category(std::vector<std::string>& categories, std::string name) {
  constexpr std::size_t most = 1000;
  if (!name.empty() && categories.size() < most) categories.push_back(std::move(name));
}

void add_keywords(std::vector<std::string>& categories, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    add_category(categories, std::string(trim(text.substr(0, end))));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void add_hub(FeedInfo& feed, std::string url) {
  constexpr std::size_t most = 10;
  if (is_web_url(url) && feed.hubs.size() < most) feed.hubs.push_back(std::move(url));
}

std::string language_tag(std::string text) {
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

std::string relation_of(FeedCursor& xml) {
  constexpr std::string_view iana = "http://www.iana.org/assignments/relation/";
  const std::string written = xml.attribute("rel");
  std::string_view relation = trim(written);
  if (same_name(relation.substr(0, iana.size()), iana)) relation.remove_prefix(iana.size());
  return relation.empty() || same_name(relation, "alternate") ? "alternate" : std::string(relation);
}

}  // namespace headrace::feed
