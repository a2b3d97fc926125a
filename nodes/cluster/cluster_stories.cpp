// Groups documents into stories as they arrive: one pass, decided at once, never revised.
//
//   story: {node: cluster_stories, in: {document_id: canonical.document_id}}
//
// A document joins the story whose centroid it is nearest to, if it is near enough, else it opens one. Its id answers the same
// as long as it is active. The state is one small entry a document; see StoryIndex for why that is enough.
#include <algorithm>
#include <deque>
#include <limits>
#include <unordered_map>

#include "core/node.hpp"
#include "nodes/cluster/story_index.hpp"
#include "nodes/keys.hpp"

namespace headrace {

namespace {

// What is stored of a document, under "d/" and its id.
struct Stored {
  std::uint64_t number = 0;
  std::string story;
  bool opened = false;
  std::int64_t newest = 0, clock = 0;
  std::vector<std::uint32_t> terms;  // term, weight, term, weight, ...
  static constexpr auto fields() {
    return std::tuple(field("number", &Stored::number, "Order of arrival."), field("story", &Stored::story, "Its story."),
                      field("opened", &Stored::opened, "It is the story's first."),
                      field("newest", &Stored::newest, "Time of the story's newest document then."),
                      field("clock", &Stored::clock, "Document time when it arrived."),
                      field("terms", &Stored::terms, "Terms and weights."));
  }
};

std::vector<std::uint32_t> packed(const std::vector<TermWeight>& terms) {
  std::vector<std::uint32_t> out;
  for (const TermWeight& each : terms) out.insert(out.end(), {each.term, each.weight});
  return out;
}

std::vector<TermWeight> unpacked(const std::vector<std::uint32_t>& numbers) {
  std::vector<TermWeight> out;
  for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) out.push_back({numbers[i], numbers[i + 1]});
  return out;
}

std::int64_t microseconds_of(Duration duration) { return std::chrono::duration_cast<std::chrono::microseconds>(duration).count(); }
std::int64_t microseconds_of(const Time& time) { return time.at.time_since_epoch().count(); }

constexpr std::size_t documents_per_story = 4;  // kept at most, on average, when there are max_stories stories
constexpr std::string_view prefix = "d/";
std::string state_key(std::string_view document_id) { return std::string(prefix) + std::string(document_id); }

class ClusterStories {
 public:
  static constexpr int state_version = 1;
  struct Config {
    double threshold = 0.2;
    Duration half_life = std::chrono::hours(48), active_for = std::chrono::hours(72);
    std::uint32_t max_stories = 100'000;
    static constexpr auto fields() {
      return std::tuple(field("threshold", &Config::threshold,
                              "Similarity at which a whole article joins a story; a headline joins at half of it.", in_range(0, 1)),
                        field("half_life", &Config::half_life, "Time in which the pull of a story halves."),
                        field("active_for", &Config::active_for, "How long a document speaks for its story, in document time."),
                        field("max_stories", &Config::max_stories, "Active ones at most; the one that has waited longest goes first.",
                              in_range(1, 10'000'000)));
    }
  };

  explicit ClusterStories(const Config& config) : config_(config) {
    if (config.half_life <= Duration::zero() || config.active_for <= Duration::zero())
      throw NodeError("bad_input", "half_life and active_for must be longer than 0s");
  }

  void open(State state) {
    std::vector<std::pair<std::string, Stored>> documents;
    state.scan(prefix, [&](std::string_view key, std::string_view value) {
      documents.emplace_back(key.substr(prefix.size()), from_json<Stored>(value));
    });
    std::sort(documents.begin(), documents.end(), [](const auto& a, const auto& b) { return a.second.number < b.second.number; });
    for (auto& [id, stored] : documents) admit(std::move(id), stored, unpacked(stored.terms));
  }

  Maybe<StoryRef> operator()(In<"document_id"> document_id, In<"article"> article, State state, Now now) {
    if (const auto known = active_.find(*document_id); known != active_.end()) return StoryRef{known->second.story, known->second.opened};
    const bool empty = (!article->title || article->title->empty()) && (!article->text || article->text->empty());
    if (empty) return Drop{"empty_article"};

    const std::int64_t latest = microseconds_of(now.time);
    const std::int64_t time = article->published ? std::min(microseconds_of(*article->published), latest) : latest;
    const std::int64_t clock = std::max(clock_, time);
    expire(clock, state);

    const auto terms = story_terms(article->title.value_or(""), article->text.value_or(""));
    Stored stored = place(*document_id, terms, time);
    stored.number = next_number_;
    stored.clock = clock;
    stored.terms = packed(terms);
    state.put(state_key(*document_id), to_json(stored));
    admit(*document_id, stored, terms);
    keep_within_bounds(state);
    return StoryRef{stored.story, stored.opened};
  }

 private:
  struct Active {
    std::uint64_t number = 0;
    std::string story;
    bool opened = false;
  };
  struct Arrival {
    std::uint64_t number = 0;
    std::int64_t clock = 0;
  };

  // A headline shares few words with anything, also with its own story; a whole article shares some with every other.
  double demand(std::size_t terms) const { return config_.threshold * (0.5 + 0.5 * static_cast<double>(terms) / max_story_terms); }

  // The story of a new document: `story`, `opened` and `newest` are filled.
  Stored place(const std::string& document_id, const std::vector<TermWeight>& terms, std::int64_t time) {
    Stored out;
    // The first document of a story that is still active, itself forgotten since, finds home.
    if (const auto newest = index_.newest(document_id)) {
      out.story = document_id, out.newest = std::max(*newest, time);
      return out;
    }
    const auto match = index_.nearest(terms, time, static_cast<double>(microseconds_of(config_.half_life)));
    if (match && match->similarity >= demand(terms.size())) {
      out.story = match->story, out.newest = std::max(match->newest, time);
      return out;
    }
    out.story = document_id, out.opened = true, out.newest = time;
    return out;
  }

  void admit(std::string document_id, const Stored& stored, std::vector<TermWeight> terms) {
    index_.add({stored.number, stored.story, stored.newest, std::move(terms)});
    arrivals_.push_back({stored.number, stored.clock});
    ids_.emplace(stored.number, document_id);
    active_.emplace(std::move(document_id), Active{stored.number, stored.story, stored.opened});
    next_number_ = stored.number + 1;
    clock_ = stored.clock;
  }

  void forget(std::uint64_t number, State state) {
    const auto id = ids_.find(number);
    if (id == ids_.end()) return;
    index_.remove(number);
    state.remove(state_key(id->second));
    active_.erase(id->second);
    ids_.erase(id);
  }

  // Documents leave in the order in which they came: the clock never goes back.
  void expire(std::int64_t clock, State state) {
    for (; !arrivals_.empty() && arrivals_.front().clock < clock - microseconds_of(config_.active_for); arrivals_.pop_front())
      forget(arrivals_.front().number, state);
  }

  void keep_within_bounds(State state) {
    while (index_.stories() > config_.max_stories)
      for (const std::uint64_t number : index_.documents_of_stalest()) forget(number, state);
    for (; ids_.size() > documents_per_story * config_.max_stories; arrivals_.pop_front()) forget(arrivals_.front().number, state);
    if (arrivals_.size() > 2 * ids_.size() + 1000)
      std::erase_if(arrivals_, [this](const Arrival& each) { return !ids_.contains(each.number); });
  }

  Config config_;
  StoryIndex index_;
  std::unordered_map<std::string, Active> active_;      // by document id
  std::unordered_map<std::uint64_t, std::string> ids_;  // by number
  std::deque<Arrival> arrivals_;                        // some may be forgotten already
  std::uint64_t next_number_ = 1;
  std::int64_t clock_ = std::numeric_limits<std::int64_t>::min() / 2;
};

}  // namespace

HEADRACE_NODE(ClusterStories, "cluster_stories", "Groups documents into stories, as they arrive.")

}  // namespace headrace
