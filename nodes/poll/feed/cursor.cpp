#include "nodes/poll/feed/cursor.hpp"

#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/uri.hpp"

namespace headrace::feed {

namespace {

constexpr std::size_t longest_base = 2048;  // it is copied into every link below it

struct Known {
  std::string_view name;
  Vocabulary vocabulary;
};

constexpr Known by_uri[] = {  // without scheme and final slash
    {"purl.org/rss/1.0", Vocabulary::rss},
    {"purl.org/net/rss1.1#", Vocabulary::rss},
    {"my.netscape.com/rdf/simple/0.9", Vocabulary::rss},
    {"channel.netscape.com/rdf/simple/0.9", Vocabulary::rss},
    {"backend.userland.com/rss", Vocabulary::rss},
    {"backend.userland.com/rss2", Vocabulary::rss},
    {"blogs.law.harvard.edu/tech/rss", Vocabulary::rss},
    {"cyber.law.harvard.edu/rss/rss.html", Vocabulary::rss},
    {"www.w3.org/2005/atom", Vocabulary::atom},
    {"purl.org/atom/ns#", Vocabulary::atom},
    {"purl.org/dc/elements/1.0", Vocabulary::dublin_core},
    {"purl.org/dc/elements/1.1", Vocabulary::dublin_core},
    {"purl.org/dc/terms", Vocabulary::dublin_core},
    {"purl.org/rss/1.0/modules/content", Vocabulary::content},
    {"search.yahoo.com/mrss", Vocabulary::media},
    {"video.search.yahoo.com/mrss", Vocabulary::media},
    {"www.rssboard.org/media-rss", Vocabulary::media},
    {"www.itunes.com/dtds/podcast-1.0.dtd", Vocabulary::itunes},
    {"www.google.com/schemas/play-podcasts/1.0", Vocabulary::play},
    {"www.google.com/schemas/play-podcasts/1.0/play-podcasts.xsd", Vocabulary::play},
    {"purl.org/rss/1.0/modules/syndication", Vocabulary::syndication},
    {"www.w3.org/1999/02/22-rdf-syntax-ns#", Vocabulary::rdf},
    {"rssnamespace.org/feedburner/ext/1.0", Vocabulary::feedburner},
    {"www.pheedo.com/namespace/pheedo", Vocabulary::feedburner},
    {"www.w3.org/1999/xhtml", Vocabulary::xhtml}};

constexpr Known by_prefix[] = {  // for feeds that do not declare what they use
    {"rss", Vocabulary::rss},
    {"atom", Vocabulary::atom},
    {"dc", Vocabulary::dublin_core},
    {"dcterms", Vocabulary::dublin_core},
    {"content", Vocabulary::content},
    {"media", Vocabulary::media},
    {"itunes", Vocabulary::itunes},
    {"googleplay", Vocabulary::play},
    {"sy", Vocabulary::syndication},
    {"rdf", Vocabulary::rdf},
    {"feedburner", Vocabulary::feedburner},
    {"pheedo", Vocabulary::feedburner},
    {"xhtml", Vocabulary::xhtml}};

std::optional<Vocabulary> find(const auto& table, std::string_view name) {
  for (const Known& each : table)
    if (same_name(each.name, name)) return each.vocabulary;
  return std::nullopt;
}

Vocabulary vocabulary_of(const XmlReader& xml) {
  std::string_view uri = trim(xml.namespace_uri());
  if (uri.empty() && xml.prefix().empty()) return Vocabulary::rss;
  for (const std::string_view scheme : {"http://", "https://"})
    if (same_name(uri.substr(0, scheme.size()), scheme)) uri.remove_prefix(scheme.size());
  if (uri.ends_with('/')) uri.remove_suffix(1);
  if (const auto known = find(by_uri, uri)) return *known;
  if (xml.prefix().empty()) return Vocabulary::rss;  // RSS 2.0 has no namespace, and people invent some
  if (!uri.empty()) return Vocabulary::other;
  return find(by_prefix, xml.prefix()).value_or(Vocabulary::other);
}

}  // namespace

bool FeedCursor::root() {
  for (auto event = xml_.next(); event != XmlReader::Event::done; event = xml_.next()) {
    if (event != XmlReader::Event::start) continue;
    enter();
    return true;
  }
  return false;
}

bool FeedCursor::child(std::size_t parent) {
  while (xml_.depth() >= parent) {
    const auto event = xml_.next();
    if (event == XmlReader::Event::done) return false;
    if (event != XmlReader::Event::start || xml_.depth() != parent + 1) continue;
    enter();
    return true;
  }
  return false;
}

void FeedCursor::enter() {
  local_ = xml_.local();
  vocabulary_ = vocabulary_of(xml_);
  while (!bases_.empty() && bases_.back().depth >= xml_.depth()) bases_.pop_back();
  if (const auto base = xml_.attribute("xml:base"); base && !base->empty() && base->size() <= longest_base)
    bases_.push_back({xml_.depth(), resolve(trim(*base))});
}

Content FeedCursor::content() {
  const std::size_t parent = xml_.depth() - 1, from = xml_.position();
  Content out;
  while (xml_.depth() > parent) {
    const auto event = xml_.next();
    if (event == XmlReader::Event::done) break;
    if (event == XmlReader::Event::start) out.markup = true;
    else if (event == XmlReader::Event::text && !out.markup) out.text += xml_.text();
  }
  if (out.markup) out.text = xml_.source(from, std::max(from, xml_.offset()));
  return out;
}

std::string FeedCursor::text() {
  const Content inside = content();
  return inside.markup ? plain_text(inside.text) : std::string(trim(inside.text));
}

std::string FeedCursor::plain() {
  const Content inside = content();
  return inside.text.find_first_of("<&") == std::string::npos ? collapse_blanks(inside.text) : plain_text(inside.text);
}

std::string FeedCursor::resolve(std::string_view reference) const { return resolve_reference(base(), trim(reference)); }

}  // namespace headrace::feed
