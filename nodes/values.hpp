// Value types that stages share. An optional member is absent when the source does not say; it is never an empty string.
#pragma once
#include "core/value/value.hpp"

namespace headrace {

struct Person {
  std::optional<std::string> name, email, uri;
  static constexpr auto fields() {
    return std::tuple(field("name", &Person::name, "As written."), field("email", &Person::email, "Address."), field("uri", &Person::uri, "Home page."));
  }
};

// An entry of a feed, as a poller emits it.
struct Entry {
  std::optional<std::string> link, base, id, title, summary;
  std::optional<Time> published;
  std::optional<std::string> author, image{};
  static constexpr auto fields() {
    return std::tuple(field("link", &Entry::link, "Address of the article, absolute where the feed allows it."),
                      field("base", &Entry::base, "What a relative link is relative to: the feed's URL."),
                      field("id", &Entry::id, "The feed's own name for the entry."), field("title", &Entry::title, "Headline, plain text."),
                      field("summary", &Entry::summary, "Teaser or content, as the feed gives it."),
                      field("published", &Entry::published, "When it was published."), field("author", &Entry::author, "First author."),
                      field("image", &Entry::image, "URL of its picture."));
  }
};

struct FeedDocument {
  Bytes body;
  std::optional<std::string> content_type, url;
  static constexpr auto fields() {
    return std::tuple(field("body", &FeedDocument::body, "Raw bytes.", required()), field("content_type", &FeedDocument::content_type, "As sent."),
                      field("url", &FeedDocument::url, "Where it came from."));
  }
};

// What a feed says of itself; from `image` on, what matters to whoever shows or polls it.
struct FeedInfo {
  std::optional<std::string> title, link, id, summary, language;
  std::optional<Person> author;
  std::optional<Time> updated, published;
  std::vector<std::string> categories;
  std::optional<std::string> image, self, moved_to;
  std::vector<std::string> hubs;
  std::optional<Duration> ttl, update_every;
  std::vector<int> skip_hours, skip_days;
  static constexpr auto fields() {
    return std::tuple(field("title", &FeedInfo::title, "Plain text."), field("link", &FeedInfo::link, "The site."), field("id", &FeedInfo::id, "The feed's own name."),
                      field("summary", &FeedInfo::summary, "Description."), field("language", &FeedInfo::language, "As declared."),
                      field("author", &FeedInfo::author, "Who writes it."), field("updated", &FeedInfo::updated, "Last change."),
                      field("published", &FeedInfo::published, "First publication."), field("categories", &FeedInfo::categories, "Terms."),
                      field("image", &FeedInfo::image, "URL of its logo."), field("self", &FeedInfo::self, "The feed's own address, as it says."),
                      field("moved_to", &FeedInfo::moved_to, "The address that it asks to be polled at from now on."),
                      field("hubs", &FeedInfo::hubs, "WebSub hubs."), field("ttl", &FeedInfo::ttl, "How long it may be kept before it is asked for again."),
                      field("update_every", &FeedInfo::update_every, "How often it is updated, as it says."),
                      field("skip_hours", &FeedInfo::skip_hours, "Hours, 0 to 23 UTC, in which it need not be asked for."),
                      field("skip_days", &FeedInfo::skip_days, "Days of the week, 0 (Sunday) to 6, UTC, on which it need not be asked for."));
  }
};

// A file that belongs to an entry: a sound, a film, a picture.
struct Enclosure {
  std::string url;
  std::optional<std::string> type;
  std::optional<std::int64_t> length;
  static constexpr auto fields() {
    return std::tuple(field("url", &Enclosure::url, "Where it is.", required()), field("type", &Enclosure::type, "Media type, as declared."),
                      field("length", &Enclosure::length, "Bytes, as declared."));
  }
};

struct FeedEntry {
  std::optional<std::string> title, link, id;
  std::optional<Time> published, updated;
  std::optional<Person> author;
  std::optional<std::string> summary, content;
  std::vector<std::string> categories;
  std::optional<std::string> image, original_link;
  std::vector<Enclosure> enclosures;
  static constexpr auto fields() {
    return std::tuple(field("title", &FeedEntry::title, "Plain text."), field("link", &FeedEntry::link, "The article."), field("id", &FeedEntry::id, "guid or id."),
                      field("published", &FeedEntry::published, "First publication."), field("updated", &FeedEntry::updated, "Last change."),
                      field("author", &FeedEntry::author, "First author."), field("summary", &FeedEntry::summary, "Teaser; the content where there is none."),
                      field("content", &FeedEntry::content, "Full content."), field("categories", &FeedEntry::categories, "Terms."),
                      field("image", &FeedEntry::image, "URL of its picture."),
                      field("original_link", &FeedEntry::original_link, "The article, where 'link' leads through a service that counts clicks."),
                      field("enclosures", &FeedEntry::enclosures, "Files that belong to it."));
  }
};

struct ParsedFeed {
  FeedInfo feed;
  std::vector<FeedEntry> entries;
  std::optional<std::string> encoding;
  bool wellformed = true;
  static constexpr auto fields() {
    return std::tuple(field("feed", &ParsedFeed::feed, "About the feed."), field("entries", &ParsedFeed::entries, "In the order of the document."),
                      field("encoding", &ParsedFeed::encoding, "What the bytes were decoded from, as the sender or the document names it."), field("wellformed", &ParsedFeed::wellformed, "No repair was needed."));
  }
};

// A feed that somebody names: a list, a page.
struct FeedReference {
  std::string url;
  std::optional<std::string> title, site, type;
  std::vector<std::string> categories;
  static constexpr auto fields() {
    return std::tuple(field("url", &FeedReference::url, "Its address.", required()), field("title", &FeedReference::title, "What it is called there."),
                      field("site", &FeedReference::site, "The page that it is the feed of."), field("type", &FeedReference::type, "Its type, as written there."),
                      field("categories", &FeedReference::categories, "The folders in which it stands, from the outermost."));
  }
};

struct SitemapPage {
  std::string url;
  std::optional<Time> modified, published;
  std::optional<std::string> title, publication, language, change_frequency;
  std::optional<double> priority;
  std::vector<std::string> keywords, images;
  static constexpr auto fields() {
    return std::tuple(field("url", &SitemapPage::url, "The page.", required()), field("modified", &SitemapPage::modified, "Last change, as the site says."),
                      field("published", &SitemapPage::published, "Of news: when it was published."), field("title", &SitemapPage::title, "Of news: the headline."),
                      field("publication", &SitemapPage::publication, "Of news: the name of the paper."), field("language", &SitemapPage::language, "Of news: its language."),
                      field("change_frequency", &SitemapPage::change_frequency, "How often it changes, as the site says."),
                      field("priority", &SitemapPage::priority, "Beside the other pages of the site, 0..1."),
                      field("keywords", &SitemapPage::keywords, "Of news."), field("images", &SitemapPage::images, "URLs of its pictures."));
  }
};

struct SitemapReference {
  std::string url;
  std::optional<Time> modified;
  static constexpr auto fields() {
    return std::tuple(field("url", &SitemapReference::url, "The sitemap.", required()), field("modified", &SitemapReference::modified, "Its last change."));
  }
};

struct Sitemap {
  std::vector<SitemapPage> pages;
  std::vector<SitemapReference> sitemaps;
  bool whole = true;
  static constexpr auto fields() {
    return std::tuple(field("pages", &Sitemap::pages, "In the order of the document."), field("sitemaps", &Sitemap::sitemaps, "Of an index: further sitemaps."),
                      field("whole", &Sitemap::whole, "Nothing was beyond a limit, cut off or damaged in compression."));
  }
};

// A URL in the two forms of the canonical policy.
struct CanonicalUrl {
  std::string url, identity, document_id;
  static constexpr auto fields() {
    return std::tuple(field("url", &CanonicalUrl::url, "The canonical form that may be fetched."),
                      field("identity", &CanonicalUrl::identity, "The key under which variants are the same; not to be fetched."),
                      field("document_id", &CanonicalUrl::document_id, "128-bit XXH3 of the identity, 32 hex digits."));
  }
};

struct Page {
  std::string url;  // after redirects
  Bytes body;
  std::optional<std::string> content_type;
  int status = 200;
  std::optional<std::vector<std::string>> redirects{};  // every URL that redirected, in order
  std::optional<std::string> links{};                   // its Link headers, joined by commas
  static constexpr auto fields() {
    return std::tuple(field("url", &Page::url, "Where it was found, after redirects.", required()), field("body", &Page::body, "Raw bytes, after content decoding.", required()),
                      field("content_type", &Page::content_type, "As sent."), field("status", &Page::status, "HTTP status."),
                      field("redirects", &Page::redirects, "Every URL that redirected, in order."), field("links", &Page::links, "Its Link headers, joined by commas."));
  }
};

// Which document a page is, whatever address led to it.
struct PageIdentity {
  std::string url, identity, document_id;
  std::vector<std::string> aliases;
  std::string source;
  static constexpr auto fields() {
    return std::tuple(field("url", &PageIdentity::url, "The page's own address, in the canonical form that may be fetched."),
                      field("identity", &PageIdentity::identity, "The key under which its variants are the same; not to be fetched."),
                      field("document_id", &PageIdentity::document_id, "128-bit XXH3 of the identity, 32 hex digits."),
                      field("aliases", &PageIdentity::aliases, "The other identities under which it was seen."),
                      field("source", &PageIdentity::source, "What decided: link_header, canonical, og_url, json_ld, final_url or requested_url."));
  }
};

struct Picture {
  std::string url;  // after redirects
  Bytes body;       // empty: the article has none
  std::string content_type;
  static constexpr auto fields() {
    return std::tuple(field("url", &Picture::url, "Where it was found, after redirects.", required()), field("body", &Picture::body, "Raw bytes; empty when there is none.", required()),
                      field("content_type", &Picture::content_type, "As sent."));
  }
};

// Where a value of an article was found, and how sure that is.
struct Evidence {
  std::string value, source;
  double confidence = 0;
  static constexpr auto fields() {
    return std::tuple(field("value", &Evidence::value, "The member of the article that it speaks of."), field("source", &Evidence::source, "The place on the page: meta og:title, h1, JSON-LD author."),
                      field("confidence", &Evidence::confidence, "In 0..1: comparable among values of one kind, not a probability."));
  }
};

struct Article {
  std::optional<std::string> title, text;
  std::vector<std::string> authors;
  std::optional<Time> published, modified;
  std::optional<std::string> image, publisher, language, description, canonical_url;
  std::optional<std::string> markdown{};             // when it is asked for
  std::optional<std::vector<Evidence>> explain{};  // when it is asked for
  static constexpr auto fields() {
    return std::tuple(field("title", &Article::title, "Headline, without the site's name."), field("text", &Article::text, "The body, one paragraph a line."),
                      field("authors", &Article::authors, "People."), field("published", &Article::published, "First publication."),
                      field("modified", &Article::modified, "Last change."), field("image", &Article::image, "URL of the lead image."),
                      field("publisher", &Article::publisher, "Who publishes it."), field("language", &Article::language, "BCP 47 tag."),
                      field("description", &Article::description, "The page's own teaser."), field("canonical_url", &Article::canonical_url, "The page's own idea of its address."),
                      field("markdown", &Article::markdown, "The body as Markdown, when it is asked for."), field("explain", &Article::explain, "Where each value was found, when it is asked for."));
  }
};

struct Topic {
  std::string topic;
  double score = 0;
  static constexpr auto fields() {
    return std::tuple(field("topic", &Topic::topic, "Label."), field("score", &Topic::score, "In 0..1."));
  }
};

struct StoryRef {
  std::string story;
  bool is_new = false;
  static constexpr auto fields() {
    return std::tuple(field("story", &StoryRef::story, "The document_id of the story's first article."), field("new", &StoryRef::is_new, "This document opened the story."));
  }
};

// A post that links to an article, as poll_api emits it; a post with three links gives three of them.
struct Share {
  std::string link, key, id, source;
  std::optional<std::string> permalink;
  std::optional<Person> author;
  std::optional<Time> published;
  std::optional<std::string> text;
  static constexpr auto fields() {
    return std::tuple(field("link", &Share::link, "The article, absolute, as the post has it.", required()),
                      field("key", &Share::key, "Names this share for good, 32 hex digits: the same for the same post and article.", required()),
                      field("id", &Share::id, "The API's own name for the post.", required()),
                      field("source", &Share::source, "The API that it came from: mastodon.", required()),
                      field("permalink", &Share::permalink, "Where people can read the post."),
                      field("author", &Share::author, "Who shared it: name and home page."),
                      field("published", &Share::published, "When it was shared."),
                      field("text", &Share::text, "What was said, plain text: the post's title and its body."));
  }
};

// Compiled once, in values.cpp: every file that names a key would else compile them all.
extern template const TypeInfo& type_of<Person>();
extern template const TypeInfo& type_of<Entry>();
extern template const TypeInfo& type_of<FeedDocument>();
extern template const TypeInfo& type_of<FeedInfo>();
extern template const TypeInfo& type_of<Enclosure>();
extern template const TypeInfo& type_of<FeedEntry>();
extern template const TypeInfo& type_of<ParsedFeed>();
extern template const TypeInfo& type_of<FeedReference>();
extern template const TypeInfo& type_of<SitemapPage>();
extern template const TypeInfo& type_of<SitemapReference>();
extern template const TypeInfo& type_of<Sitemap>();
extern template const TypeInfo& type_of<CanonicalUrl>();
extern template const TypeInfo& type_of<Page>();
extern template const TypeInfo& type_of<PageIdentity>();
extern template const TypeInfo& type_of<Picture>();
extern template const TypeInfo& type_of<Evidence>();
extern template const TypeInfo& type_of<Article>();
extern template const TypeInfo& type_of<Topic>();
extern template const TypeInfo& type_of<StoryRef>();
extern template const TypeInfo& type_of<Share>();
extern template const TypeInfo& type_of<std::vector<FeedReference>>();
extern template const TypeInfo& type_of<std::vector<Topic>>();

}  // namespace headrace
