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
  std::optional<std::string> author;
  static constexpr auto fields() {
    return std::tuple(field("link", &Entry::link, "Address of the article, absolute where the feed allows it."),
                      field("base", &Entry::base, "What a relative link is relative to: the feed's URL."),
                      field("id", &Entry::id, "The feed's own name for the entry."), field("title", &Entry::title, "Headline, plain text."),
                      field("summary", &Entry::summary, "Teaser or content, as the feed gives it."),
                      field("published", &Entry::published, "When it was published."), field("author", &Entry::author, "First author."));
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

struct FeedInfo {
  std::optional<std::string> title, link, id, summary, language;
  std::optional<Person> author;
  std::optional<Time> updated, published;
  std::vector<std::string> categories;
  static constexpr auto fields() {
    return std::tuple(field("title", &FeedInfo::title, "Plain text."), field("link", &FeedInfo::link, "The site."), field("id", &FeedInfo::id, "The feed's own name."),
                      field("summary", &FeedInfo::summary, "Description."), field("language", &FeedInfo::language, "As declared."),
                      field("author", &FeedInfo::author, "Who writes it."), field("updated", &FeedInfo::updated, "Last change."),
                      field("published", &FeedInfo::published, "First publication."), field("categories", &FeedInfo::categories, "Terms."));
  }
};

struct FeedEntry {
  std::optional<std::string> title, link, id;
  std::optional<Time> published, updated;
  std::optional<Person> author;
  std::optional<std::string> summary, content;
  std::vector<std::string> categories;
  static constexpr auto fields() {
    return std::tuple(field("title", &FeedEntry::title, "Plain text."), field("link", &FeedEntry::link, "The article."), field("id", &FeedEntry::id, "guid or id."),
                      field("published", &FeedEntry::published, "First publication."), field("updated", &FeedEntry::updated, "Last change."),
                      field("author", &FeedEntry::author, "First author."), field("summary", &FeedEntry::summary, "Teaser."),
                      field("content", &FeedEntry::content, "Full content."), field("categories", &FeedEntry::categories, "Terms."));
  }
};

struct ParsedFeed {
  FeedInfo feed;
  std::vector<FeedEntry> entries;
  std::optional<std::string> encoding;
  bool wellformed = true;
  static constexpr auto fields() {
    return std::tuple(field("feed", &ParsedFeed::feed, "About the feed."), field("entries", &ParsedFeed::entries, "In the order of the document."),
                      field("encoding", &ParsedFeed::encoding, "What the bytes were decoded from."), field("wellformed", &ParsedFeed::wellformed, "No repair was needed."));
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

struct Article {
  std::optional<std::string> title, text;
  std::vector<std::string> authors;
  std::optional<Time> published, modified;
  std::optional<std::string> image, publisher, language, description, canonical_url;
  static constexpr auto fields() {
    return std::tuple(field("title", &Article::title, "Headline, without the site's name."), field("text", &Article::text, "The body, one paragraph a line."),
                      field("authors", &Article::authors, "People."), field("published", &Article::published, "First publication."),
                      field("modified", &Article::modified, "Last change."), field("image", &Article::image, "URL of the lead image."),
                      field("publisher", &Article::publisher, "Who publishes it."), field("language", &Article::language, "BCP 47 tag."),
                      field("description", &Article::description, "The page's own teaser."), field("canonical_url", &Article::canonical_url, "The page's own idea of its address."));
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

}  // namespace headrace
