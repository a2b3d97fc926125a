// Pictures and files: Media RSS, the image of RSS and of podcasts, enclosures.
#include <algorithm>
#include <charconv>

#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/formats.hpp"

namespace headrace::feed {

namespace {

bool is_picture(std::string_view type) { return same_name(type.substr(0, 6), "image/"); }

std::optional<std::int64_t> length_of(std::string_view text) {
  std::int64_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (error != std::errc() || end != text.data() + text.size() || bytes <= 0) return std::nullopt;  // 0 is what people write for unknown
  return bytes;
}

void read_media_content(FeedCursor& xml, FeedEntry& entry) {
  if (same_name(xml.attribute("medium"), "image") || is_picture(xml.attribute("type"))) {
    const std::string url(trim(xml.attribute("url")));
    if (!url.empty()) fill(entry.image, xml.resolve(url));
  }
  read_enclosure(xml, entry, "url", "fileSize");
}

bool read_media_text(FeedCursor& xml, FeedEntry& entry) {
  if (xml.is("title")) fill(entry.title, xml.plain());
  else if (xml.is("description")) fill(entry.summary, xml.text());
  else if (xml.is("category")) add_category(entry.categories, xml.plain());
  else if (xml.is("keywords")) add_category(entry.categories, xml.plain());
  else if (xml.is("credit")) fill(entry.author, person_of(xml.plain()));
  else return false;
  return true;
}

}  // namespace

void add_enclosure(FeedEntry& entry, Enclosure enclosure) {
  constexpr std::size_t most = 100;
  const auto known = [&](const Enclosure& each) { return each.url == enclosure.url; };
  if (enclosure.url.empty() || entry.enclosures.size() >= most) return;
  if (std::none_of(entry.enclosures.begin(), entry.enclosures.end(), known)) entry.enclosures.push_back(std::move(enclosure));
}

void read_enclosure(FeedCursor& xml, FeedEntry& entry, std::string_view url_attribute, std::string_view length_attribute) {
  const std::string url(trim(xml.attribute(url_attribute)));
  if (url.empty()) return;
  Enclosure out{xml.resolve(url), std::nullopt, length_of(trim(xml.attribute(length_attribute)))};
  fill(out.type, xml.attribute("type"));
  add_enclosure(entry, std::move(out));
}

// Groups and contents hold the same elements again, one level deeper each.
bool read_media(FeedCursor& xml, FeedEntry& entry) {
  if (xml.vocabulary() != Vocabulary::media) return false;
  const auto read_children = [](FeedCursor& cursor, FeedEntry& into, auto visit) {
    for (const auto parent = cursor.depth(); cursor.child(parent);)
      if (cursor.vocabulary() == Vocabulary::media) visit(cursor, into);
  };
  const auto read_leaf = [](FeedCursor& cursor, FeedEntry& into) {
    if (cursor.is("thumbnail")) read_picture(cursor, into.image);
    else if (cursor.is("content")) read_media_content(cursor, into);
    else read_media_text(cursor, into);
  };
  const auto read_content = [&](FeedCursor& cursor, FeedEntry& into) {
    const bool content = cursor.is("content");
    read_leaf(cursor, into);
    if (content) read_children(cursor, into, read_leaf);
  };
  if (xml.is("group")) read_children(xml, entry, read_content);
  else read_content(xml, entry);
  return true;
}

bool read_picture(FeedCursor& xml, std::optional<std::string>& image) {
  std::string url;
  switch (xml.vocabulary()) {
    case Vocabulary::itunes:
    case Vocabulary::play:
      if (!xml.is("image")) return false;
      url = xml.attribute("href");
      break;
    case Vocabulary::media:
      if (!xml.is("thumbnail")) return false;
      url = xml.attribute("url");
      break;
    case Vocabulary::rss:
      if (!xml.is("image")) return false;
      for (const auto parent = xml.depth(); xml.child(parent);)
        if (xml.is("url") && url.empty()) url = xml.text();
      break;
    default: return false;
  }
  if (!trim(url).empty()) fill(image, xml.resolve(url));
  return true;
}

}  // namespace headrace::feed
