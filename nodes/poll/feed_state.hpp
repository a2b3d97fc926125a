// What a poller knows of one feed, and what the feed's answers make of it.
//
//   FeedState state(url, emit.last(url));
//   request = {.url = state.address(), .headers = state.conditions(now)};
//   if (state.is_unchanged(response)) state.take_unchanged(response, now);
//   else for (const std::size_t i : state.take(response, parsed, now)) ...   // the new entries
//   state.record().next = ...;
//   emit(last_entry, {url, state.payload()});
//
// No IO and no clock; one thread. About a kilobyte for a usual feed, besides the names of its entries (entry_names.hpp).
#pragma once
#include "nodes/fetch/http_client.hpp"
#include "nodes/poll/entry_names.hpp"
#include "nodes/poll/feed_record.hpp"
#include "nodes/poll/setback.hpp"

namespace headrace {

class FeedState {
 public:
  // Throws NodeError when the payload was written by a newer program; one that cannot be read counts as none.
  FeedState(std::string url, const std::optional<std::string>& payload);

  const FeedRecord& record() const { return record_; }
  std::string payload() const;
  std::size_t remembered() const { return names_.size(); }  // entries
  const std::string& address() const { return record_.address ? *record_.address : url_; }

  // If-None-Match and If-Modified-Since, verbatim; none when it is time to see whether the server tells the truth.
  std::vector<HttpHeader> conditions(Time now) const;

  bool is_unchanged(const HttpResponse& response) const;  // a 304, or the same body again
  void take_unchanged(const HttpResponse& response, Time now);
  // An answer that holds a feed. Gives where in `parsed` the new entries stand, in its order.
  std::vector<std::size_t> take(const HttpResponse& response, const ParsedFeed& parsed, Time now);
  // An answer of which nothing could be made, or none (status 0). At an address that it has moved to, the old one counts again.
  Setback fail(const Failure& failure, int status, Duration usual, Time now);

  // A permanent redirect moves the feed when it was seen three times in a row, over a week or more, with the feed at its end; at
  // once when only the scheme becomes https. True when the address has changed.
  bool follow_redirects(const HttpResponse& response, Time now);
  void move_to(std::string address);  // validators and body are those of the old one: forgotten

  void plan(Time next) { record_.next = next; }
  void hold(std::optional<Time> until) { record_.held = until; }

 private:
  void succeed(Time now);
  double fresh_entries(const EntryNames::Taken& taken, const std::vector<FeedEntry>& entries, Duration since) const;

  std::string url_;
  FeedRecord record_;
  EntryNames names_;
};

}  // namespace headrace
