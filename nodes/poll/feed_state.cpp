#include "nodes/poll/feed_state.hpp"

#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/node.hpp"
#include "nodes/poll/freshness.hpp"

namespace headrace {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_validator = 1024, longest_address = 2048, longest_message = 200;
constexpr Duration longest_trust = 8 * 24h;
constexpr int sightings = 3;
constexpr auto sighted_over = 7 * 24h;

FeedRecord read_record(const std::string& url, std::string_view text) {
  FeedRecord out;
  try {
    out = from_json<FeedRecord>(text);
  } catch (const BadValue&) {
    return {};
  }
  if (out.version > FeedRecord::newest_version)
    throw NodeError("bad_input", "the state of the feed " + url + " was written by a newer headrace (version " +
                                     std::to_string(out.version) + "): run that one, or remove the state");
  return out;
}

std::optional<std::string> validator(const HttpResponse& response, std::string_view name) {
  const std::string* value = response.header(name);
  if (!value || value->empty() || value->size() > longest_validator) return std::nullopt;
  return *value;
}

std::string hash_of(std::string_view body) {
  char text[16];
  const auto end = std::to_chars(text, text + sizeof text, XXH3_64bits(body.data(), body.size()), 16).ptr;
  return {text, end};
}

bool only_becomes_secure(std::string_view from, std::string_view to) {
  constexpr std::string_view plain = "http://", secure = "https://";
  return from.starts_with(plain) && to.starts_with(secure) && from.substr(plain.size()) == to.substr(secure.size());
}

std::optional<Time> date_of(const FeedEntry& entry) { return entry.published ? entry.published : entry.updated; }

// When the newer half of the entries began, if they say; not before `earliest`, when none of them was there.
Time half_since(const std::vector<FeedEntry>& entries, Time earliest, Time now) {
  std::vector<Time> dates;
  for (const FeedEntry& each : entries)
    if (const auto date = date_of(each); date && *date <= now) dates.push_back(*date);
  const auto half = static_cast<std::ptrdiff_t>(entries.size() / 2);
  if (dates.size() <= static_cast<std::size_t>(half)) return earliest;
  std::nth_element(dates.begin(), dates.begin() + half, dates.end(), std::greater<>());
  return std::max(dates[static_cast<std::size_t>(half)], earliest);
}

// What may be expected to come at once, by a first answer: the most entries of an hour. Like the arrivals they count the less
// the longer ago it was.
double most_at_once(const std::vector<FeedEntry>& entries, Time now) {
  std::vector<Time> dates;
  for (const FeedEntry& each : entries)
    if (const auto date = date_of(each); date && !date->day_only && *date <= now) dates.push_back(*date);
  std::sort(dates.begin(), dates.end());
  double most = 0;
  for (std::size_t first = 0, last = 0; last < dates.size(); ++last) {
    while (dates[last].at - dates[first].at > 1h) ++first;
    most = std::max(most, static_cast<double>(last - first + 1) * fade_factor(now.at - dates[last].at));
  }
  return std::round(most * 1e3) / 1e3;  // a state of few bytes
}

std::vector<std::optional<Time>> dates_of(const std::vector<FeedEntry>& entries) {
  std::vector<std::optional<Time>> out;
  for (const FeedEntry& each : entries) out.push_back(date_of(each));
  return out;
}

std::uint32_t bits_of(const std::vector<int>& numbers, int end) {
  std::uint32_t out = 0;
  for (const int each : numbers)
    if (each >= 0 && each < end) out |= std::uint32_t{1} << each;
  return out;
}

PollHints hints_of(const FeedInfo& feed, Duration fresh) {
  return {std::max(feed.ttl.value_or(0s), feed.update_every.value_or(0s)), fresh, bits_of(feed.skip_hours, 24), bits_of(feed.skip_days, 7)};
}

}  // namespace

FeedState::FeedState(std::string url, const std::optional<std::string>& payload) : url_(std::move(url)) {
  if (!payload) return;
  const std::size_t end = std::min(payload->find('\n'), payload->size());
  record_ = read_record(url_, std::string_view(*payload).substr(0, end));
  if (end < payload->size()) names_ = EntryNames(std::string_view(*payload).substr(end + 1));
}

std::string FeedState::payload() const { return to_json(record_) + '\n' + names_.bytes(); }

std::vector<HttpHeader> FeedState::conditions(Time now) const {
  const auto since_full = record_.full ? now.at - record_.full->at : 0s;
  if (record_.misleading || since_full < 0s || since_full >= record_.trust) return {};
  std::vector<HttpHeader> out;
  if (record_.etag) out.push_back({"If-None-Match", *record_.etag});
  if (record_.last_modified) out.push_back({"If-Modified-Since", *record_.last_modified});
  return out;
}

bool FeedState::is_unchanged(const HttpResponse& response) const {
  return response.status == 304 || (response.status == 200 && record_.body && hash_of(response.body) == *record_.body);
}

void FeedState::take_unchanged(const HttpResponse& response, Time now) {
  if (response.status == 200) {
    // Asked without validators, it has told what it tells with them: so it need not be asked that way so often.
    if (record_.full && now.at - record_.full->at >= record_.trust) record_.trust = std::min(2 * record_.trust, longest_trust);
    record_.full = now;
  }
  if (auto etag = validator(response, "etag")) record_.etag = std::move(etag);
  if (auto modified = validator(response, "last-modified")) record_.last_modified = std::move(modified);
  if (record_.answered) record_.pace.arrivals.observe({}, 0, now.at - record_.answered->at, now);
  record_.pace.hints.fresh = fresh_for(response, now);
  ++record_.unchanged;
  succeed(now);
}

std::vector<std::size_t> FeedState::take(const HttpResponse& response, const ParsedFeed& parsed, Time now) {
  const auto etag = std::exchange(record_.etag, validator(response, "etag"));
  const auto modified = std::exchange(record_.last_modified, validator(response, "last-modified"));
  const EntryNames::Taken taken = names_.take(parsed.entries);
  const bool first = !record_.answered, same_validators = (etag || modified) && etag == record_.etag && modified == record_.last_modified;
  if (!first && same_validators && !taken.fresh.empty()) record_.misleading = true;
  if (first) {
    record_.pace.arrivals.begin(dates_of(parsed.entries), now);
    record_.pace.most_at_once = most_at_once(parsed.entries, now);
  } else {
    const Duration since = now.at - record_.answered->at;
    std::vector<std::optional<Time>> dates;
    for (const std::size_t i : taken.fresh) dates.push_back(date_of(parsed.entries[i]));
    const double fresh = fresh_entries(taken, parsed.entries, since);
    record_.pace.arrivals.observe(dates, fresh, since, now);
    record_.pace.most_at_once = std::max(fresh, std::round(record_.pace.most_at_once * fade_factor(since) * 1e3) / 1e3);
  }
  if (!first && 2 * taken.fresh.size() >= std::max<std::size_t>(taken.entries, 4))
    record_.pace.half_since = half_since(parsed.entries, *record_.answered, now);
  record_.pace.window = static_cast<std::uint32_t>(taken.entries);
  record_.pace.hints = hints_of(parsed.feed, fresh_for(response, now));
  record_.body = hash_of(response.body);
  record_.full = now;
  record_.entries += static_cast<std::int64_t>(taken.fresh.size());
  record_.unchanged += taken.fresh.empty() ? 1 : 0;
  succeed(now);
  return taken.fresh;
}

// When every entry of an answer is new, others have come and gone unseen: as many as the dates of those that are there say.
double FeedState::fresh_entries(const EntryNames::Taken& taken, const std::vector<FeedEntry>& entries, Duration since) const {
  const auto fresh = static_cast<double>(taken.fresh.size());
  if (taken.fresh.size() < taken.entries || taken.entries < 2) return fresh;
  std::optional<Time> oldest, newest;
  for (const FeedEntry& each : entries) {
    const auto date = date_of(each);
    if (!date) continue;
    oldest = std::min(oldest.value_or(*date), *date);
    newest = std::max(newest.value_or(*date), *date);
  }
  if (!oldest || newest->at <= oldest->at) return fresh;
  const double covered = std::chrono::duration<double>(newest->at - oldest->at) / std::chrono::duration<double>(since);
  return std::clamp(fresh / covered, fresh, 10 * fresh);
}

Setback FeedState::fail(const Failure& failure, int status, Duration usual, Time now) {
  if (!record_.failing_since) record_.failing_since = now;
  ++record_.failures;
  ++record_.polls;
  record_.trouble = failure.kind + ": " + failure.message.substr(0, longest_message);
  Setback out = setback_of(failure, status, {record_.failures, *record_.failing_since}, usual, now);
  if (record_.address && !failure.retryable) {
    move_to(url_);
    return {std::min<Duration>(out.wait, 1h), ""};
  }
  if (!out.why.empty()) record_.given_up = std::string(out.why);
  return out;
}

void FeedState::succeed(Time now) {
  record_.answered = now;
  record_.failures = 0;
  record_.given_up.reset();
  record_.failing_since.reset();
  record_.trouble.reset();
  record_.held.reset();
  ++record_.polls;
}

bool FeedState::follow_redirects(const HttpResponse& response, Time now) {
  const bool moved = response.moved_permanently && !response.redirects.empty() && response.url != address();
  if (!moved || response.url.size() > longest_address) {
    record_.move.reset();
    return false;
  }
  if (!record_.move || record_.move->to != response.url) record_.move = FeedMove{response.url, 0, now};
  ++record_.move->seen;
  const bool proved = record_.move->seen >= sightings && now.at - record_.move->since.at >= sighted_over;
  if (!proved && !only_becomes_secure(address(), response.url)) return false;
  record_.move.reset();
  record_.address = response.url;  // the validators are already those of the new address
  if (address() == url_) record_.address.reset();
  return true;
}

void FeedState::move_to(std::string address) {
  record_.etag.reset();
  record_.last_modified.reset();
  record_.body.reset();
  record_.move.reset();
  record_.misleading = false;
  record_.address.reset();
  if (address != url_) record_.address = std::move(address);
}

}  // namespace headrace
