// One timeline: what to ask for next, and which posts of an answer are new.
//
//   Timeline timeline(spec, depth);
//   timeline.restore(emit.last(timeline.name()));
//   do {
//     Harvest harvest = timeline.take(answer of timeline.request());
//     for (Post& post : harvest.posts) ... timeline.payload_with(post) ...
//   } while (!harvest.complete);
//
// A round begins at the newest posts and ends when all that is new has been given out, oldest first where the API allows it. It
// survives failures: request() then asks again for what did not come, and nothing is given out twice or left out. Three kinds of
// APIs make three kinds of rounds:
//   newer   each answer is what came after the newest known post: its posts are given out at once
//   older   answers lead back in time: posts are kept until a known one is met, then given out, oldest first
//   item    the answer is a list of ids: the unknown ones are asked for one by one, oldest first
// Without IO, clock or state of its own; one thread.
#pragma once
#include <deque>
#include <memory>
#include <unordered_set>

#include "core/graph/spec.hpp"
#include "nodes/poll/api/read_posts.hpp"
#include "nodes/poll/api/seen_posts.hpp"
#include "nodes/poll/api/timelines.hpp"

namespace headrace::api {

// How far back a round goes, in answers.
struct Depth {
  std::size_t first = 1;  // when nothing is known yet
  std::size_t catch_up = 50;
};

struct Harvest {
  std::vector<Post> posts;        // new ones, in the order in which they are to be given out
  std::vector<Failure> troubles;  // what was wrong, though the answer was read
  bool remember = false;          // payload() has changed, though no post goes with it
  bool complete = false;          // the round is over
};

class Timeline {
 public:
  Timeline(TimelineSpec spec, Depth depth);

  const std::string& name() const { return name_; }      // the same in every run; without secrets
  const std::string& origin() const { return origin_; }  // the server
  const Description& api() const { return *spec_.api; }

  void restore(const std::optional<std::string>& payload);
  HttpRequest request();
  // Throws NodeError: http_status, rate_limit, not_json, no_posts. The next request() then asks for the same again, or for another
  // way around it.
  Harvest take(const HttpResponse& response, Time now);
  // The answer to request() did not come, or could not be read.
  void failed(const Failure& failure);
  std::string payload_with(const Post& post);  // from now on it is known
  std::string payload() const { return seen_.payload(); }

 private:
  enum class Phase { newest, newer, older, item };
  void start_round();
  bool has_cursor() const { return phase_ == Phase::newer || phase_ == Phase::older; }
  Harvest around_refusal(int status);
  Harvest take_newer(std::vector<Post> posts);
  Harvest take_older(std::vector<Post> posts, std::optional<std::string> next);
  Harvest take_ids(const std::vector<std::string>& ids);
  Harvest take_item(const ValueView& item);
  Harvest leave_item(std::optional<Failure> trouble, bool for_good);
  Harvest give_out_walk();
  std::optional<std::string> next_page(const ValueView& answer, const HttpResponse& response) const;
  std::string page_url() const;

  TimelineSpec spec_;
  Depth depth_;
  AnswerReader reader_;
  std::string url_, name_, origin_;
  SeenPosts seen_;
  Phase phase_ = Phase::newest;
  bool round_over_ = true, first_round_ = true;

  // A walk back in time.
  std::vector<Post> walked_;                 // newest first
  std::unordered_set<std::string> in_walk_;  // their ids
  std::optional<std::string> next_;          // the cursor, number or address of the page to ask for
  std::size_t pages_ = 0;
  bool met_known_ = false, refused_ = false;

  // A list of ids.
  std::deque<std::string> ids_;  // still to be asked for, oldest first
};

}  // namespace headrace::api
