// JSON Feed 1.0 and 1.1. Members of the wrong shape count as absent.
#include <algorithm>

#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/formats.hpp"
#include "nodes/poll/feed/uri.hpp"

namespace headrace::feed {

namespace {

std::optional<ValueView> member(const ValueView& object, std::string_view name) {
  return object.shape() == Shape::object ? object.member(name) : std::nullopt;
}

std::string text_member(const ValueView& object, std::string_view name) {
  const auto value = member(object, name);
  if (!value) return "";
  if (value->shape() == Shape::string) return std::string(trim(value->string()));
  if (value->shape() == Shape::integer) return std::to_string(value->integer());
  return "";
}

std::vector<ValueView> list_member(const ValueView& object, std::string_view name) {
  const auto value = member(object, name);
  return value && value->shape() == Shape::list ? value->elements() : std::vector<ValueView>();
}

// Several authors are one person's worth of names here: "A, B".
Person authors_of(const ValueView& object) {
  Person out;
  std::vector<ValueView> authors = list_member(object, "authors");
  if (const auto single = member(object, "author")) authors.push_back(*single);
  std::string names;
  for (const ValueView& author : authors) {
    const std::string name = text_member(author, "name");
    if (!name.empty() && (", " + names + ",").find(", " + name + ",") == std::string::npos) names += (names.empty() ? "" : ", ") + name;
    fill(out.uri, text_member(author, "url"));
  }
  fill(out.name, std::move(names));
  return out;
}

std::optional<std::int64_t> size_member(const ValueView& object, std::string_view name) {
  const auto value = member(object, name);
  return value && value->shape() == Shape::integer && value->integer() > 0 ? std::optional(value->integer()) : std::nullopt;
}

void read_attachments(const ValueView& item, FeedEntry& entry, std::string_view base) {
  for (const ValueView& each : list_member(item, "attachments")) {
    const std::string url = text_member(each, "url");
    if (url.empty()) continue;
    Enclosure out{resolve_reference(base, url), std::nullopt, size_member(each, "size_in_bytes")};
    fill(out.type, text_member(each, "mime_type"));
    add_enclosure(entry, std::move(out));
  }
}

void fill_url(std::optional<std::string>& slot, const ValueView& object, std::string_view name, std::string_view base) {
  if (const std::string url = text_member(object, name); !url.empty()) fill(slot, resolve_reference(base, url));
}

FeedEntry read_item(const ValueView& item, std::string_view base) {
  FeedEntry entry;
  fill(entry.title, plain_text(text_member(item, "title")));
  fill(entry.link, text_member(item, "url"));
  fill(entry.link, text_member(item, "external_url"));
  fill(entry.id, text_member(item, "id"));
  fill(entry.published, text_member(item, "date_published"));
  fill(entry.updated, text_member(item, "date_modified"));
  fill(entry.author, authors_of(item));
  fill(entry.summary, text_member(item, "summary"));
  fill(entry.content, text_member(item, "content_html"));
  fill(entry.content, text_member(item, "content_text"));
  fill_url(entry.image, item, "image", base);
  fill_url(entry.image, item, "banner_image", base);
  read_attachments(item, entry, base);
  for (const ValueView& tag : list_member(item, "tags"))
    if (tag.shape() == Shape::string) add_category(entry.categories, std::string(trim(tag.string())));
  return entry;
}

}  // namespace

void read_json_feed(std::string_view text, ReadFeed& out, std::size_t max_entries) {
  std::optional<JsonDocument> document;
  try {
    document.emplace(text);
  } catch (const BadValue& bad) {
    throw NodeError("not_a_feed", "the document begins like JSON but is none: " + bad.message);
  }
  const ValueView root = document->root();
  const auto items = member(root, "items");
  if (!items && text_member(root, "version").find("jsonfeed") == std::string::npos)
    throw NodeError("not_a_feed",
                    "the document is JSON without the 'version' or the 'items' of a JSON Feed: look up the feed's own address");
  FeedInfo& feed = out.parsed.feed;
  fill(feed.title, plain_text(text_member(root, "title")));
  fill(feed.link, text_member(root, "home_page_url"));
  fill(feed.id, text_member(root, "feed_url"));
  fill(feed.summary, text_member(root, "description"));
  fill(feed.language, text_member(root, "language"));
  fill(feed.author, authors_of(root));
  fill_url(feed.image, root, "icon", out.base);
  fill_url(feed.image, root, "favicon", out.base);
  fill_url(feed.self, root, "feed_url", out.base);
  for (const ValueView& hub : list_member(root, "hubs")) add_hub(feed, text_member(hub, "url"));
  for (const ValueView& item : list_member(root, "items")) {
    if (out.parsed.entries.size() >= max_entries) break;
    if (item.shape() != Shape::object) continue;
    out.parsed.entries.push_back(read_item(item, out.base));
    FeedEntry& entry = out.parsed.entries.back();
    if (!entry.author && feed.author && inheritable(*feed.author)) entry.author = feed.author;
    feed.published = std::max(feed.published, entry.published);  // the format has no dates for the feed
    feed.updated = std::max(feed.updated, entry.updated);
    out.bases.push_back(out.base);
  }
}

}  // namespace headrace::feed
