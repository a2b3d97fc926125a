// The modules that RSS and Atom share: Dublin Core, iTunes and its relatives, Media RSS, and the hints for pollers.
#include <charconv>

#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/formats.hpp"

namespace headrace::feed {

namespace {

using namespace std::chrono_literals;

void read_dublin_core(FeedCursor& xml, FeedInfo& feed) {
  if (xml.is("title")) fill(feed.title, xml.plain());
  else if (xml.is("description") || xml.is("abstract")) fill(feed.summary, xml.content().text);
  else if (xml.is("language")) fill(feed.language, xml.text());
  else if (xml.is("creator") || xml.is("author")) fill(feed.author, person_of(xml.text()));
  else if (xml.is("date") || xml.is("modified")) fill(feed.updated, xml.text());
  else if (xml.is("created") || xml.is("issued")) fill(feed.published, xml.text());
  else if (xml.is("identifier")) fill(feed.id, xml.text());
  else if (xml.is("subject")) add_category(feed.categories, xml.text());
}

void read_dublin_core(FeedCursor& xml, FeedEntry& entry) {
  if (xml.is("title")) fill(entry.title, xml.plain());
  else if (xml.is("description") || xml.is("abstract")) fill(entry.summary, xml.content().text);
  else if (xml.is("creator") || xml.is("author")) fill(entry.author, person_of(xml.text()));
  else if (xml.is("date")) {  // does not tell what it dates
    const std::string date = xml.text();
    fill(entry.published, date);
    fill(entry.updated, date);
  } else if (xml.is("created") || xml.is("issued") || xml.is("available")) fill(entry.published, xml.text());
  else if (xml.is("modified")) fill(entry.updated, xml.text());
  else if (xml.is("identifier")) fill(entry.id, xml.text());
  else if (xml.is("subject")) add_category(entry.categories, xml.text());
}

void read_podcast_categories(FeedCursor& xml, std::vector<std::string>& categories) {
  add_category(categories, xml.attribute("text"));
  for (const auto outer = xml.depth(); xml.child(outer);) add_category(categories, xml.attribute("text"));
}

void read_podcast(FeedCursor& xml, FeedInfo& feed) {
  if (read_picture(xml, feed.image)) return;
  if (xml.is("author")) fill(feed.author, person_of(xml.text()));
  else if (xml.is("owner")) fill(feed.author, read_person(xml));
  else if (xml.is("subtitle") || xml.is("summary") || xml.is("description")) fill(feed.summary, xml.content().text);
  else if (xml.is("keywords")) add_keywords(feed.categories, xml.plain());
  else if (xml.is("category")) read_podcast_categories(xml, feed.categories);
  else if (xml.is("new-feed-url")) fill(feed.moved_to, xml.resolve(xml.text()));
}

void read_podcast(FeedCursor& xml, FeedEntry& entry) {
  if (read_picture(xml, entry.image)) return;
  if (xml.is("author")) fill(entry.author, person_of(xml.text()));
  else if (xml.is("title")) fill(entry.title, xml.plain());
  else if (xml.is("summary") || xml.is("subtitle") || xml.is("description")) fill(entry.summary, xml.content().text);
  else if (xml.is("keywords")) add_keywords(entry.categories, xml.plain());
}

std::optional<int> number_of(std::string_view text) {
  int value = 0;
  text = trim(text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<int> day_of_week(std::string_view name) {
  constexpr std::string_view names[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  for (int day = 0; day < 7; ++day)
    if (same_name(name, names[day])) return day;
  return std::nullopt;
}

std::optional<Duration> period_of(std::string_view name) {
  if (same_name(name, "hourly")) return 1h;
  if (same_name(name, "daily")) return 24h;
  if (same_name(name, "weekly")) return 7 * 24h;
  if (same_name(name, "monthly")) return 30 * 24h;
  if (same_name(name, "yearly")) return 365 * 24h;
  return std::nullopt;
}

void add_once(std::vector<int>& numbers, int number) {
  for (const int each : numbers)
    if (each == number) return;
  numbers.push_back(number);
}

// Hours are 0 to 23; RSS 0.91 said 1 to 24.
void read_skip_hours(FeedCursor& xml, FeedInfo& feed) {
  for (const auto parent = xml.depth(); xml.child(parent);)
    if (const auto hour = xml.is("hour") ? number_of(xml.text()) : std::nullopt; hour && *hour <= 24) add_once(feed.skip_hours, *hour % 24);
}
void read_skip_days(FeedCursor& xml, FeedInfo& feed) {
  for (const auto parent = xml.depth(); xml.child(parent);)
    if (const auto day = xml.is("day") ? day_of_week(xml.text()) : std::nullopt) add_once(feed.skip_days, *day);
}

}  // namespace

bool read_module(FeedCursor& xml, FeedInfo& feed) {
  switch (xml.vocabulary()) {
    case Vocabulary::dublin_core: return read_dublin_core(xml, feed), true;
    case Vocabulary::itunes:
    case Vocabulary::play: return read_podcast(xml, feed), true;
    case Vocabulary::media: return read_picture(xml, feed.image), true;
    default: return false;
  }
}

bool read_module(FeedCursor& xml, FeedEntry& entry) {
  switch (xml.vocabulary()) {
    case Vocabulary::dublin_core: return read_dublin_core(xml, entry), true;
    case Vocabulary::itunes:
    case Vocabulary::play: return read_podcast(xml, entry), true;
    case Vocabulary::media: return read_media(xml, entry);
    case Vocabulary::feedburner:
      if (xml.is("origLink")) fill(entry.original_link, xml.resolve(xml.text()));
      return true;
    default: return false;
  }
}

bool PollingHints::read(FeedCursor& xml, FeedInfo& feed) {
  constexpr int longest_ttl = 60 * 24 * 365;
  if (xml.is(Vocabulary::rss, "ttl")) {
    if (const auto minutes = number_of(xml.text()); minutes && *minutes > 0)
      feed.ttl = std::chrono::minutes(std::min(*minutes, longest_ttl));
  } else if (xml.is(Vocabulary::rss, "skipHours")) read_skip_hours(xml, feed);
  else if (xml.is(Vocabulary::rss, "skipDays")) read_skip_days(xml, feed);
  else if (xml.is(Vocabulary::syndication, "updatePeriod")) period_ = period_of(xml.text());
  else if (xml.is(Vocabulary::syndication, "updateFrequency")) frequency_ = std::max(1, number_of(xml.text()).value_or(1));
  else return false;
  if (period_) feed.update_every = *period_ / frequency_;
  return true;
}

}  // namespace headrace::feed
