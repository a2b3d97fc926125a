// The vocabulary of the node library: every key, and the value types that stages share. Times are UTC; sizes are bytes.
#pragma once
#include "core/value/value.hpp"
#include "nodes/values.hpp"

HEADRACE_KEY("link", "A link as it was written.", std::string)
HEADRACE_KEY("base", "The URL that a link is relative to.", std::string)
HEADRACE_KEY("url", "An address that may be fetched.", std::string)
HEADRACE_KEY("robots_txt", "The robots.txt of a host.", headrace::Bytes)
HEADRACE_KEY("agent", "Who asks: a product token, or a User-Agent header.", std::string)
HEADRACE_KEY("identity", "The key under which the variants of a URL are the same.", std::string)
HEADRACE_KEY("document_id", "Identity of a document: 128 bits, 32 hex digits.", std::string)
HEADRACE_KEY("entry", "An entry of a feed.", headrace::Entry)
HEADRACE_KEY("canonical", "The canonical forms of a URL.", headrace::CanonicalUrl)
HEADRACE_KEY("admitted", "The document is worth fetching.", bool)
HEADRACE_KEY("spam", "It is spam.", bool)
HEADRACE_KEY("page", "A fetched page.", headrace::Page)
HEADRACE_KEY("feed_document", "The text of a feed.", headrace::FeedDocument)
HEADRACE_KEY("feed", "A parsed feed.", headrace::ParsedFeed)
HEADRACE_KEY("article", "The article that a page holds.", headrace::Article)
HEADRACE_KEY("picture", "The fetched lead image of an article.", headrace::Picture)
HEADRACE_KEY("title", "A headline.", std::string)
HEADRACE_KEY("text", "Plain text.", std::string)
HEADRACE_KEY("language", "BCP 47 language tag.", std::string)
HEADRACE_KEY("published", "When a document was published.", headrace::Time)
HEADRACE_KEY("topics", "Topics, best first.", std::vector<headrace::Topic>)
HEADRACE_KEY("story", "The story that a document belongs to.", headrace::StoryRef)
