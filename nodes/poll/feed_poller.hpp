// The rounds of poll_feeds: asks feeds when they are due, hands on their new entries, and keeps what is known of each feed as the
// payload of its partition.
//
//   FeedPoller(rules, urls, *client, services, emit).poll_on();   // until the pipeline stops, or no feed is left to ask
//
// On the thread of the source. Of a feed whose entries have all settled only its URL and its turn stay in memory; what is known of
// it is read again when its turn comes.
#pragma once
#include <deque>
#include <unordered_set>

#include "core/node.hpp"
#include "nodes/poll/feed_planner.hpp"
#include "nodes/poll/feed_state.hpp"
#include "nodes/poll/fetch_queue.hpp"

namespace headrace {

struct PollRules {
  FeedPlanner::Rule pace;
  bool retry_given_up = false;
  Duration timeout;
  ByteSize max_bytes;
  std::size_t max_entries, at_once;
};

class FeedPoller {
 public:
  FeedPoller(const PollRules& rules, const std::vector<std::string>& urls, HttpClient& client, Services& services, const Emit<Entry>& emit);
  void poll_once();  // every feed, in the order of the list, whatever their turns; so runs repeat
  void poll_on();

 private:
  struct Feed {
    std::string url;                   // as listed; names its partition
    std::unique_ptr<FeedState> state;  // what was emitted in this run counts as seen, whether it has settled or not
    bool open = false;                 // asked, and not answered yet
    bool kept = false;                 // in kept_
    bool over = false;                 // not asked any more in this run
    bool again = false;                // its feed was found elsewhere just now
  };
  FeedState& state_of(Feed& feed);
  bool may_be_asked(std::size_t index);
  void claim_address(std::size_t index);
  void leave(std::size_t index);
  void put_first_turns();
  Duration first_turn(const FeedRecord& record, std::size_t& late) const;
  void start(std::size_t index);
  bool take_turn(std::size_t index);
  bool handle(std::size_t index, HttpResult result);
  bool take_answer(std::size_t index, HttpResponse& response);
  bool take_entries(std::size_t index, HttpResponse& response);
  bool move_to_feed_of(std::size_t index, const FeedDocument& document);
  void fail(std::size_t index, const Failure& failure, int status);
  void follow_redirects(std::size_t index, const HttpResponse& response);
  void plan(std::size_t index, Duration wait);
  void let_go();
  void trouble(const Feed& feed, std::string kind, std::string message) const;
  Time now() const { return services_.clock.now(); }

  const PollRules rules_;
  HttpClient& client_;
  Services& services_;
  const Emit<Entry>& emit_;
  FetchQueue queue_;
  FeedPlanner planner_;
  std::vector<Feed> feeds_;
  std::unordered_set<std::uint64_t> claimed_;  // hashes of the addresses of all feeds
  std::deque<std::size_t> kept_;               // feeds whose state is in memory
};

}  // namespace headrace
