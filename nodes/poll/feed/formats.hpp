// The readers of the single formats, behind read_feed(), and what they share.
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

// Sets whatever was there before: of several dates the last one counts.
void replace(std::optional<Time>& slot, std::string_view date);

Person person_of(std::string_view text);  // "Ann Lee", "ann@example.org (Ann Lee)", "Ann Lee <ann@example.org>"
Person read_person(FeedCursor& xml);      // of an element that holds such a text, or name, email and uri
bool inheritable(const Person& person);   // short enough to be copied into every entry
void add_category(std::vector<std::string>& categories, std::string name);
void add_keywords(std::vector<std::string>& categories, std::string_view text);  // separated by commas
void add_hub(FeedInfo& feed, std::string url);
std::string language_tag(std::string text);  // of xml:lang, where "en_GB" is meant to be "en-GB"

// Atom's link relations: "alternate" by default, names of IANA also as IRIs.
std::string relation_of(FeedCursor& xml);

// Pictures and files. An element that is none of them is left alone, and false.
bool read_media(FeedCursor& xml, FeedEntry& entry);                     // Media RSS
bool read_picture(FeedCursor& xml, std::optional<std::string>& image);  // the image of RSS, iTunes and others
void add_enclosure(FeedEntry& entry, Enclosure enclosure);
void read_enclosure(FeedCursor& xml, FeedEntry& entry, std::string_view url_attribute, std::string_view length_attribute);

// The modules that RSS and Atom share. False, with nothing read, for elements of other vocabularies.
bool read_module(FeedCursor& xml, FeedInfo& feed);
bool read_module(FeedCursor& xml, FeedEntry& entry);

// Hints for whoever polls: ttl, skipHours, skipDays, sy:updatePeriod and sy:updateFrequency.
class PollingHints {
 public:
  bool read(FeedCursor& xml, FeedInfo& feed);  // false, with nothing read, for other elements
 private:
  std::optional<Duration> period_;
  int frequency_ = 1;
};

}  // namespace headrace::feed
