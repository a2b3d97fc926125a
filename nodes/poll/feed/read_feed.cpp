#include "nodes/poll/feed/read_feed.hpp"

#include <algorithm>

#include "nodes/poll/feed/date.hpp"
#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/formats.hpp"
#include "nodes/poll/feed/uri.hpp"
#include "nodes/support/charset.hpp"

namespace headrace::feed {

namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw NodeError("not_a_feed", what + ", where RSS, Atom or JSON Feed was expected: look up the feed's own address");
}

void read_xml(std::string_view text, ReadFeed& out, std::size_t max_entries) {
  FeedCursor xml(text, out.base);
  if (!xml.root()) refuse("the document has no element");
  if (xml.is("rss") || xml.is("rdf") || xml.is("channel")) read_rss(xml, out, max_entries);
  else if (xml.is("feed") || xml.is("entry")) read_atom(xml, out, max_entries);
  else refuse("the document is <" + std::string(xml.name().substr(0, 40)) + ">");
  out.parsed.wellformed = out.parsed.wellformed && !xml.repaired();
}

}  // namespace

ReadFeed read_feed(const FeedDocument& document, std::size_t max_entries) {
  const DecodedText decoded = decode_text(document.body, document.content_type, Markup::xml);
  ReadFeed out;
  out.base = document.url.value_or("");
  out.parsed.encoding = decoded.encoding;
  out.parsed.wellformed = !decoded.damaged;
  const std::string_view text = trim(decoded.text);
  if (text.empty()) refuse("the document is empty");
  if (text.front() == '{') read_json_feed(text, out, max_entries);
  else read_xml(decoded.text, out, max_entries);
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
void fill(std::optional<Person>& slot, Person person) {
  if (!slot && (person.name || person.email || person.uri)) slot = std::move(person);
}

Person person_of(std::string_view text) {
  Person out;
  const std::string all = collapse_blanks(text);
  const auto at = all.find('@');
  if (at == std::string::npos || at == 0) {
    fill(out.name, all);
    return out;
  }
  constexpr std::string_view borders = " ()<>[],;\"";
  const auto before = all.find_last_of(borders, at);
  const std::size_t first = before == std::string::npos ? 0 : before + 1, end = std::min(all.find_first_of(borders, at), all.size());
  std::string email = all.substr(first, end - first);
  if (same_name(std::string_view(email).substr(0, 7), "mailto:")) email.erase(0, 7);
  std::string name = all.substr(0, first) + all.substr(end);
  name.erase(
      std::remove_if(name.begin(), name.end(), [](char c) { return std::string_view("()<>[]\"").find(c) != std::string_view::npos; }),
      name.end());
  fill(out.email, std::move(email));
  fill(out.name, collapse_blanks(name));
  return out;
}

Person read_person(FeedCursor& xml) {
  const Content inside = xml.content();
  if (!inside.markup) return person_of(inside.text);
  Person out;
  FeedCursor members(inside.text, xml.base());
  while (members.child(0)) {
    if (members.is("name")) fill(out.name, members.plain());
    else if (members.is("email")) fill(out.email, members.text());
    else if (members.is("uri") || members.is("url") || members.is("homepage")) fill(out.uri, members.resolve(members.text()));
  }
  return out.name || out.email || out.uri ? out : person_of(plain_text(inside.text));
}

void add_category(std::vector<std::string>& categories, std::string name) {
  constexpr std::size_t most = 1000;
  if (!name.empty() && categories.size() < most) categories.push_back(std::move(name));
}

bool read_media(FeedCursor& xml, FeedEntry& entry) {
  if (xml.vocabulary() != Vocabulary::media) return false;
  if (xml.is("title")) fill(entry.title, xml.plain());
  else if (xml.is("description")) fill(entry.summary, xml.text());
  else if (xml.is("category")) add_category(entry.categories, xml.plain());
  else if (xml.is("keywords")) add_category(entry.categories, xml.plain());
  else if (xml.is("credit")) fill(entry.author, person_of(xml.plain()));
  return true;
}

}  // namespace headrace::feed
