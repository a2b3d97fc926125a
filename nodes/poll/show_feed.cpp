// `headrace show feed URL --state DIR`: what poll_feeds knows of a feed, in every source that polls it.
#include "core/node.hpp"
#include "core/state/state_view.hpp"
#include "nodes/poll/feed_state.hpp"

namespace headrace {
namespace {

struct FeedSeen {
  std::string feed, source;
  std::string asked_at;
  std::optional<std::string> given_up, trouble;
  std::optional<Time> next, answered;
  double entries_a_day = 0;
  std::int64_t polls = 0, unchanged = 0, entries = 0;
  std::uint64_t remembered = 0;
  FeedRecord record;
  static constexpr auto fields() {
    return std::tuple(
        field("feed", &FeedSeen::feed, "As listed."), field("source", &FeedSeen::source, "The key that polls it."),
        field("asked_at", &FeedSeen::asked_at, "Its address now."), field("given_up", &FeedSeen::given_up, "Why."),
        field("trouble", &FeedSeen::trouble, "Of the last poll."), field("next", &FeedSeen::next, "Its next poll."),
        field("answered", &FeedSeen::answered, "Its last good answer."), field("entries_a_day", &FeedSeen::entries_a_day, "As estimated."),
        field("polls", &FeedSeen::polls, "So far."), field("unchanged", &FeedSeen::unchanged, "Of them without news."),
        field("entries", &FeedSeen::entries, "Emitted so far."), field("remembered", &FeedSeen::remembered, "Entries that are known."),
        field("record", &FeedSeen::record, "All that is kept."));
  }
};

// Positions stand under "headrace/position/<source>/<partition>", and the partition of a feed is its URL.
std::vector<std::string> look_at_feed(const Store& store, std::string_view name) {
  const std::string prefix = "headrace/position/";
  std::vector<std::string> out;
  store.scan(prefix, [&](std::string_view key, std::string_view value) {
    key.remove_prefix(prefix.size());
    const auto slash = key.find('/');
    if (slash == std::string_view::npos || key.substr(slash + 1) != name) return true;
    const FeedState state{std::string(name), std::string(value)};
    const FeedRecord& record = state.record();
    out.push_back(to_json(FeedSeen{std::string(name), std::string(key.substr(0, slash)), state.address(), record.given_up, record.trouble,
                                   record.next, record.answered, record.pace.arrivals.per_day(), record.polls, record.unchanged,
                                   record.entries, state.remembered(), record}));
    return true;
  });
  return out;
}

}  // namespace
HEADRACE_STATE_VIEW("feed", "What poll_feeds knows of a feed.", look_at_feed)
}  // namespace headrace
