#include "nodes/poll/feed_poller.hpp"

#include <xxhash.h>

#include <algorithm>

#include "nodes/fetch/retry_after.hpp"
#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/read_feed.hpp"
#include "nodes/poll/feed_of_page.hpp"

namespace headrace {

namespace {

using namespace std::chrono_literals;

constexpr Duration longest_wait = 24h;                      // a server that asks for more is asked again all the same
constexpr Duration start_step = 100ms, start_span = 10min;  // feeds that are due at the start begin one after another
constexpr Duration longest_plan = 8 * 24h;                  // what lies further ahead was planned by a wrong clock
constexpr std::string_view accepted =
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, "
    "application/json;q=0.8, */*;q=0.5";

std::uint64_t hash_of(const std::string& url) { return XXH3_64bits(url.data(), url.size()); }

Time later(Time from, Duration by) { return {from.at + std::chrono::ceil<std::chrono::microseconds>(by), false}; }

FeedDocument document_of(HttpResponse& response) {
  FeedDocument out;
  out.body = Bytes(std::move(response.body));
  if (const std::string* type = response.header("content-type")) out.content_type = *type;
  out.url = response.url;
  return out;
}

Failure refused(const HttpResponse& response, Time now) {
  const bool retryable = response.status == 429 || response.status >= 500;
  const auto after = retry_after(response.headers, now);
  return {"http_status", "the server answered " + std::to_string(response.status), retryable,
          after ? std::optional(std::min(*after, longest_wait)) : std::nullopt};
}

// Whether the document ends before its root does: its last entry may be half an entry then, which must not count as seen. What
// programs write behind the root is short.
bool is_cut(std::string_view body) {
  constexpr std::size_t looked_at = 4096;
  const std::string_view tail = body.substr(body.size() - std::min(body.size(), looked_at));
  const bool in_bytes = tail.find('\0') == std::string_view::npos;  // not in UTF-16
  if (!in_bytes || !feed::trim(body.substr(0, looked_at)).starts_with('<')) return false;
  const auto ends = [&](std::string_view root) {
    return std::search(tail.begin(), tail.end(), root.begin(), root.end(), [](char a, char b) { return (a | 0x20) == (b | 0x20); }) !=
           tail.end();
  };
  return !ends("</rss") && !ends("</feed") && !ends(":rdf") && !ends("</rdf") && !ends("</channel") && !ends("</entry");
}

std::string why_given_up(const std::string& kind) {
  const std::string what =
      kind == "feed_gone" ? "its server says that it is gone for good (410)" : "it has not been there for a month (404)";
  return what + ": it is not asked any more; take it off the list, or set retry_given_up";
}

}  // namespace

FeedPoller::FeedPoller(const PollRules& rules, const std::vector<std::string>& urls, HttpClient& client, Services& services,
                       const Emit<Entry>& emit)
    : rules_(rules),
      client_(client),
      services_(services),
      emit_(emit),
      queue_(services.clock),
      planner_(rules.pace, urls.size(), services.seed) {
  feeds_.reserve(urls.size());
  for (const std::string& url : urls) {
    feeds_.push_back({url, nullptr});
    claimed_.insert(hash_of(url));
  }
}

// ---- rounds ------------------------------------------------------------------------------------------------------------

void FeedPoller::poll_once() {
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    if (!may_be_asked(i)) continue;
    const auto held = state_of(feeds_[i]).record().held;
    if (held && held->at > now().at && held->at - now().at <= longest_wait)
      trouble(feeds_[i], "unavailable", "its server has asked to be left alone until " + format_time(*held));
    else asked.push_back(i);
    feeds_[i].state.reset();
  }
  std::size_t started = 0;
  for (const std::size_t index : asked) {
    while (started < asked.size() && queue_.open() < rules_.at_once) start(asked[started++]);
    if (!take_turn(index)) return;
    if (!std::exchange(feeds_[index].again, false) || feeds_[index].over) continue;
    start(index);
    if (!take_turn(index)) return;
  }
}

bool FeedPoller::take_turn(std::size_t index) {
  auto arrived = queue_.take(index, emit_.stop_token());
  return arrived && handle(index, std::move(arrived->result));
}

void FeedPoller::poll_on() {
  put_first_turns();
  while (!emit_.stopping()) {
    const Duration elapsed = services_.clock.elapsed();
    while (!planner_.empty() && planner_.next() <= elapsed && queue_.open() < rules_.at_once) start(planner_.take());
    if (queue_.open() == 0) {
      if (planner_.empty() || !emit_.sleep(planner_.next() - elapsed)) return;
      continue;
    }
    const bool full = planner_.empty() || queue_.open() >= rules_.at_once;
    auto arrived = queue_.take_any(emit_.stop_token(), full ? Duration::max() : planner_.next() - elapsed);
    if (arrived && !handle(arrived->tag, std::move(arrived->result))) return;
  }
}

void FeedPoller::put_first_turns() {
  std::size_t late = 0;
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    if (!may_be_asked(i)) continue;
    const FeedRecord& record = state_of(feeds_[i]).record();
    planner_.know(i, record);
    planner_.put(i, services_.clock.elapsed() + first_turn(record, late));
    feeds_[i].state.reset();
  }
}

// The turn that an earlier run has planned; one that is over, or that nobody can have planned, comes soon.
Duration FeedPoller::first_turn(const FeedRecord& record, std::size_t& late) const {
  const Duration most = record.failures > 0 ? longest_plan : rules_.pace.every ? *rules_.pace.every : rules_.pace.limits.most;
  const Duration wait = record.next ? Duration(record.next->at - now().at) : Duration(0);
  if (wait > Duration(0) && wait <= most + most / 10) return wait;
  return std::min(start_step, start_span / static_cast<int>(feeds_.size())) * static_cast<int>(late++);
}

bool FeedPoller::may_be_asked(std::size_t index) {
  Feed& feed = feeds_[index];
  const FeedRecord& record = state_of(feed).record();
  if (record.given_up && !rules_.retry_given_up) {
    trouble(feed, *record.given_up, why_given_up(*record.given_up));
    leave(index);
  } else if (record.address) {
    claim_address(index);
  }
  if (!feed.over) return true;
  feed.state.reset();
  return false;
}

// Two feeds of the list that have become one are asked once.
void FeedPoller::claim_address(std::size_t index) {
  Feed& feed = feeds_[index];
  const std::string& address = feed.state->address();
  if (claimed_.insert(hash_of(address)).second) return;
  trouble(feed, "feed_twice", "it has moved to " + address + ", where another feed of the list is: it is not asked");
  leave(index);
}

void FeedPoller::leave(std::size_t index) {
  feeds_[index].over = true;
  planner_.forget(index);
}

FeedState& FeedPoller::state_of(Feed& feed) {
  if (!feed.state) feed.state = std::make_unique<FeedState>(feed.url, emit_.last(feed.url));
  return *feed.state;
}

// ---- one feed ----------------------------------------------------------------------------------------------------------

void FeedPoller::start(std::size_t index) {
  const FeedState& state = state_of(feeds_[index]);
  HttpRequest request;
  request.url = state.address();
  request.headers = state.conditions(now());
  request.headers.push_back({"Accept", std::string(accepted)});
  request.max_bytes = rules_.max_bytes;
  request.cut = true;  // the newest entries come first
  request.timeout = rules_.timeout;
  request.robots = false;  // a feed is published to be polled
  feeds_[index].open = true;
  queue_.start(client_, index, std::move(request));
}

// False when the pipeline stops.
bool FeedPoller::handle(std::size_t index, HttpResult result) {
  feeds_[index].open = false;
  bool goes_on = true;
  if (const auto* failure = std::get_if<Failure>(&result)) {
    if (emit_.stopping()) return false;
    fail(index, *failure, 0);
  } else {
    goes_on = take_answer(index, std::get<HttpResponse>(result));
  }
  if (!std::exchange(feeds_[index].kept, true)) kept_.push_back(index);
  let_go();
  return goes_on;
}

bool FeedPoller::take_answer(std::size_t index, HttpResponse& response) {
  Feed& feed = feeds_[index];
  if (response.status != 200 && response.status != 304) return fail(index, refused(response, now()), response.status), true;
  if (!feed.state->is_unchanged(response)) return take_entries(index, response);
  follow_redirects(index, response);
  feed.state->take_unchanged(response, now());
  plan(index, planner_.after_answer(feed.state->record(), now()));
  emit_.settled({feed.url, feed.state->payload()});
  return true;
}

bool FeedPoller::take_entries(std::size_t index, HttpResponse& response) {
  Feed& feed = feeds_[index];
  feed::ReadFeed read;
  FeedDocument document = document_of(response);
  try {
    read = feed::read_feed(document, rules_.max_entries);
  } catch (const NodeError& error) {
    if (!move_to_feed_of(index, document)) fail(index, error.failure, response.status);
    return true;
  }
  response.body = std::move(document.body.data);
  const std::size_t found = read.parsed.entries.size();
  if (is_cut(response.body) && found > 0 && found < rules_.max_entries) {
    read.parsed.entries.pop_back();
    if (response.body.size() < rules_.max_bytes.bytes) response.headers.clear();  // nobody shall say 304 to half a feed
  }
  if (response.body.size() >= rules_.max_bytes.bytes)
    trouble(feed, "too_large", "it is longer than max_bytes: what comes after is not read");
  if (read.parsed.entries.size() >= rules_.max_entries)
    trouble(feed, "too_many_entries", "it has more entries than max_entries: the others are not read");
  follow_redirects(index, response);
  const std::vector<std::size_t> fresh = feed.state->take(response, read.parsed, now());
  plan(index, planner_.after_answer(feed.state->record(), now()));
  if (fresh.empty()) emit_.settled({feed.url, feed.state->payload()});
  for (const std::size_t i : fresh) {
    Position position{feed.url, {}};
    if (i == fresh.back()) position.payload = feed.state->payload();
    if (!emit_(feed::entry_of(std::move(read.parsed.entries[i]), read.bases[i]), std::move(position))) return false;
  }
  return true;
}

// Where a page was found, the feed that it names is asked at once; when that is none either, the failures go on counting.
bool FeedPoller::move_to_feed_of(std::size_t index, const FeedDocument& document) {
  Feed& feed = feeds_[index];
  const auto found = feed_of_page(document, feed.url);
  if (!found || feed.state->record().address == found) return false;
  feed.state->move_to(*found);
  feed.again = true;
  trouble(feed, "feed_found", "it is a page, which names the feed " + *found + ": that is asked from now on; put it into the list");
  claim_address(index);
  plan(index, Duration(0));
  emit_.settled({feed.url, feed.state->payload()});
  return true;
}

void FeedPoller::fail(std::size_t index, const Failure& failure, int status) {
  Feed& feed = feeds_[index];
  emit_.trouble(feed.url, failure);
  const Setback setback = feed.state->fail(failure, status, planner_.usual(feed.state->record(), now()), now());
  const Duration asked = std::min(failure.retry_after.value_or(0s), longest_wait);
  if (asked > Duration(0)) feed.state->hold(later(now(), asked));
  if (setback.why.empty()) {
    plan(index, planner_.after_failure(setback, asked));
  } else {
    trouble(feed, std::string(setback.why), why_given_up(std::string(setback.why)));
    leave(index);
  }
  emit_.settled({feed.url, feed.state->payload()});
}

void FeedPoller::follow_redirects(std::size_t index, const HttpResponse& response) {
  Feed& feed = feeds_[index];
  if (!feed.state->follow_redirects(response, now())) return;
  trouble(feed, "feed_moved", "it has moved to " + feed.state->address() + ", and is asked there from now on: put that into the list");
  claim_address(index);
}

void FeedPoller::plan(std::size_t index, Duration wait) {
  FeedState& state = *feeds_[index].state;
  state.plan(later(now(), wait));
  if (feeds_[index].over) return;
  planner_.know(index, state.record());
  planner_.put(index, services_.clock.elapsed() + wait);
}

// A state that has settled can be read again. A few are looked at after each answer, so that nobody ever looks at all.
void FeedPoller::let_go() {
  for (int i = 0; i < 2 && !kept_.empty(); ++i) {
    const std::size_t index = kept_.front();
    Feed& feed = feeds_[index];
    kept_.pop_front();
    feed.kept = feed.open || !emit_.all_settled(feed.url);
    if (feed.kept) kept_.push_back(index);
    else feed.state.reset();
  }
}

void FeedPoller::trouble(const Feed& feed, std::string kind, std::string message) const {
  emit_.trouble(feed.url, {std::move(kind), std::move(message), false, {}});
}

}  // namespace headrace
