// What is kept of one feed from poll to poll and from run to run. All times are wall times, so that a restart keeps them.
// `headrace show feed URL --state DIR` prints one.
//
// The payload of the feed's partition is the record as JSON, a line feed, and the names of its entries as EntryNames gives them.
#pragma once
#include "nodes/poll/poll_pace.hpp"

namespace headrace {

struct FeedMove {
  std::string to;
  int seen = 0;
  Time since;
  static constexpr auto fields() {
    return std::tuple(field("to", &FeedMove::to, "Where it was found."), field("seen", &FeedMove::seen, "How often in a row."),
                      field("since", &FeedMove::since, "First."));
  }
};

struct FeedRecord {
  static constexpr int newest_version = 1;

  int version = newest_version;
  std::optional<std::string> address, given_up, trouble;
  std::optional<FeedMove> move;
  std::optional<Time> next, answered, full, failing_since, held;
  int failures = 0;
  std::optional<std::string> etag, last_modified, body;
  bool misleading = false;
  Duration trust = std::chrono::hours(24);
  FeedPace pace;
  std::int64_t polls = 0, unchanged = 0, entries = 0;
  static constexpr auto fields() {
    return std::tuple(
        field("version", &FeedRecord::version, "Of this record."),
        field("address", &FeedRecord::address, "Where it is asked, when that is not where the list says."),
        field("given_up", &FeedRecord::given_up, "Why it is not asked any more."),
        field("trouble", &FeedRecord::trouble, "What went wrong the last time."),
        field("move", &FeedRecord::move, "A permanent redirect that has not proved itself yet."),
        field("next", &FeedRecord::next, "When it is asked again."), field("answered", &FeedRecord::answered, "Its last good answer."),
        field("full", &FeedRecord::full, "Its last answer with a body."),
        field("failing_since", &FeedRecord::failing_since, "The first failure since a good answer."),
        field("held", &FeedRecord::held, "Its server asked to be left alone until then."),
        field("failures", &FeedRecord::failures, "Since a good answer."), field("etag", &FeedRecord::etag, "As sent."),
        field("last_modified", &FeedRecord::last_modified, "As sent."),
        field("body", &FeedRecord::body, "XXH3 of the last body, in hex digits."),
        field("misleading", &FeedRecord::misleading, "Its validators stayed the same while its entries changed: they are not sent."),
        field("trust", &FeedRecord::trust, "After so long without a body it is asked without validators."),
        field("pace", &FeedRecord::pace, "What the time between two polls is made from."), field("polls", &FeedRecord::polls, "So far."),
        field("unchanged", &FeedRecord::unchanged, "Of them, those that told nothing new."),
        field("entries", &FeedRecord::entries, "Emitted so far."));
  }
};

}  // namespace headrace
