// The readers of the single formats, behind read_feed().
#pragma once
#include "nodes/poll/feed/cursor.hpp"
#include "nodes/poll/feed/read_feed.hpp"

namespace headrace::feed {

// The cursor stands on the root element.
void read_rss(FeedCursor& xml, ReadFeed& out, std::size_t max_entries);   // rss, rdf:RDF, channel
void read_atom(FeedCursor& xml, ReadFeed& out, std::size_t max_entries);  // feed, entry
void read_json_feed(std::string_view text, ReadFeed& out, std::size_t max_entries);

// Sets what is not set yet; an empty text says nothing.
void fill(std::optional<std::string>& slot, std::string value);
void fill(std::optional<Time>& slot, std::string_view date);
void fill(std::optional<Person>& slot, Person person);

Person person_of(std::string_view text);  // "Ann Lee", "ann@example.org (Ann Lee)", "Ann Lee <ann@example.org>"
Person read_person(FeedCursor& xml);      // of an element that holds such a text, or name, email and uri
void add_category(std::vector<std::string>& categories, std::string name);
bool read_media(FeedCursor& xml, FeedEntry& entry);  // the fields of Media RSS; false for other elements

}  // namespace headrace::feed
