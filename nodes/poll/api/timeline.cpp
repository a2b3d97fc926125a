#include "nodes/poll/api/timeline.hpp"

#include <algorithm>

#include "core/node.hpp"
#include "nodes/url/page_links.hpp"

namespace headrace::api {

namespace {

constexpr int most_tries = 3;  // of an item that does not come

std::string first_url(const TimelineSpec& spec, Secrets secrets) {
  for (const TextTemplate& url : spec.api->url.items)
    if (auto text = expand_url(url, spec, secrets)) return *std::move(text);
  throw NodeError("bad_timeline", "no url of " + spec.api->api + " has values for all its parameters");
}

// What a server answers to a cursor that it does not know any more.
bool refuses_cursor(int status) { return status == 400 || status == 404 || status == 410 || status == 422; }

}  // namespace

Timeline::Timeline(TimelineSpec spec, Depth depth)
    : spec_(std::move(spec)),
      depth_(depth),
      reader_(*spec_.api),
      url_(first_url(spec_, Secrets::written)),
      name_(spec_.api->api + " " + first_url(spec_, Secrets::hidden)),
      origin_(origin_of(url_).value_or("")) {
  if (origin_.empty()) throw NodeError("bad_timeline", name_ + " is no address: it must begin with https:// or with a server");
}

void Timeline::restore(const std::optional<std::string>& payload) {
  seen_ = SeenPosts(payload);
  round_over_ = true;
}

void Timeline::start_round() {
  round_over_ = false;
  ids_.clear();
  walked_.clear();
  in_walk_.clear();
  next_.reset();
  pages_ = 0;
  met_known_ = refused_ = false;
  first_round_ = seen_.empty();
  phase_ = Phase::newest;
}

std::string Timeline::page_url() const {
  switch (phase_) {
    case Phase::newest: return url_;
    case Phase::newer: return with_query(url_, api().newer->parameter, *seen_.newest());
    case Phase::older: return api().older->link ? *next_ : with_query(url_, *api().older->parameter, *next_);
    case Phase::item: return expand_url(*api().item, spec_, Secrets::written, ids_.front()).value_or(url_);
  }
  return url_;
}

HttpRequest Timeline::request() {
  if (round_over_) start_round();
  if (phase_ == Phase::newest && api().newer && seen_.newest()) phase_ = Phase::newer;
  HttpRequest out;
  out.url = page_url();
  out.headers.push_back({"Accept", "application/json"});
  for (const auto& [name, header] : api().headers)
    if (auto value = expand_header(header, spec_)) out.headers.push_back({name, *std::move(value)});
  out.robots = false;  // an API is published to be asked
  return out;
}

Harvest Timeline::take(const HttpResponse& response, Time now) {
  if (refuses_cursor(response.status) && has_cursor()) return around_refusal(response.status);
  if ((response.status == 404 || response.status == 410) && phase_ == Phase::item) return leave_item(std::nullopt, true);
  const JsonDocument document = checked_json(response, api(), now);
  if (phase_ == Phase::item) return take_item(document.root());
  if (api().item) return take_ids(reader_.read_ids(document.root()));
  ReadAnswer answer = reader_.read(document.root(), origin_);
  Harvest out =
      api().newer ? take_newer(std::move(answer.posts)) : take_older(std::move(answer.posts), next_page(document.root(), response));
  if (answer.nameless > 0)
    out.troubles.push_back({"bad_post", std::to_string(answer.nameless) + " items of an answer have no id, and are left out", false, {}});
  return out;
}

// Asks without the cursor. Posts that are known stay known, so nothing comes twice.
Harvest Timeline::around_refusal(int status) {
  Harvest out;
  out.troubles.push_back(
      {"expired_cursor",
       "the server answered " + std::to_string(status) + " to where the last answer ended; it is asked for the newest posts instead",
       true,
       {}});
  if (phase_ == Phase::older && refused_) {  // again: what is older cannot be had
    Harvest rest = give_out_walk();
    rest.troubles.insert(rest.troubles.begin(), out.troubles.begin(), out.troubles.end());
    return rest;
  }
  seen_.forget_newest();
  const bool first = first_round_;
  start_round();
  first_round_ = first;
  refused_ = true;
  return out;
}

Harvest Timeline::take_newer(std::vector<Post> posts) {
  Harvest out;
  bool known = false;
  seen_.widen(posts.size());
  for (auto post = posts.rbegin(); post != posts.rend(); ++post) {
    if (seen_.knows(post->id) || !in_walk_.insert(post->id).second) known = true;
    else out.posts.push_back(std::move(*post));
  }
  // Without a cursor the answer holds the newest posts, and those between them and the last known one may be missing.
  if (phase_ == Phase::newest && !first_round_ && !known && !out.posts.empty())
    out.troubles.push_back({"gap", "none of the known posts is in the answer: posts may be missing", false, {}});
  out.complete = round_over_ = phase_ == Phase::newest || out.posts.empty() || ++pages_ >= depth_.catch_up;
  return out;
}

Harvest Timeline::take_older(std::vector<Post> posts, std::optional<std::string> next) {
  const bool oldest_known = !posts.empty() && seen_.knows(posts.back().id);
  const bool moves_on = next && !posts.empty() && next != next_;
  for (Post& post : posts) {
    if (seen_.knows(post.id)) {
      met_known_ = true;
      seen_.add(post.id);  // so that it is not forgotten while it is shown
    } else if (in_walk_.insert(post.id).second) {
      walked_.push_back(std::move(post));
    }
  }
  if (oldest_known || !moves_on || ++pages_ >= (first_round_ ? depth_.first : depth_.catch_up)) return give_out_walk();
  next_ = std::move(next);
  phase_ = Phase::older;
  return {};
}

Harvest Timeline::give_out_walk() {
  Harvest out;
  out.complete = round_over_ = true;
  if (!first_round_ && !met_known_ && !walked_.empty())
    out.troubles.push_back({"gap",
                            "went back " + std::to_string(std::max<std::size_t>(pages_, 1)) +
                                " answers without meeting a known post: older ones are left out; poll more often, or raise 'catch_up'",
                            false,
                            {}});
  seen_.widen(walked_.size());
  std::move(walked_.rbegin(), walked_.rend(), std::back_inserter(out.posts));
  return out;
}

std::optional<std::string> Timeline::next_page(const ValueView& answer, const HttpResponse& response) const {
  if (!api().older) return std::nullopt;
  if (api().older->count) return std::to_string(*api().older->count + static_cast<std::int64_t>(pages_) + 1);
  if (api().older->from) return reader_.cursor(answer);
  const std::string* header = response.header("link");
  if (!header) return std::nullopt;
  const auto targets = linked_as(*api().older->link, *header);
  // Nobody but the server itself gets the token.
  return targets.empty() || origin_of(targets.front()) != origin_ ? std::nullopt : std::optional(targets.front());
}

Harvest Timeline::take_ids(const std::vector<std::string>& ids) {
  Harvest out;
  seen_.widen(ids.size());
  seen_.forget_missing_but(ids);
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    if (seen_.knows(*id)) seen_.add(*id);
    else if (in_walk_.insert(*id).second) ids_.push_back(*id);
  }
  phase_ = Phase::item;
  out.complete = round_over_ = ids_.empty();
  return out;
}

Harvest Timeline::take_item(const ValueView& item) {
  const std::string id = ids_.front();
  auto post = reader_.read_post(item, origin_);
  if (!post) {  // the list may be ahead of the items
    Harvest out = leave_item(std::nullopt, seen_.miss(id) >= most_tries);
    out.remember = true;
    return out;
  }
  if (post->id.empty())
    return leave_item(Failure{"bad_post", "the item " + id.substr(0, 40) + " has no id, and is left out", false, {}}, true);
  Harvest out = leave_item(std::nullopt, true);
  out.posts.front().shares = std::move(post->shares);
  return out;
}

// Goes on to the next item. One that is not left for good is asked for again in the next round.
Harvest Timeline::leave_item(std::optional<Failure> trouble, bool for_good) {
  Harvest out;
  if (trouble) out.troubles.push_back(*std::move(trouble));
  if (for_good) out.posts.push_back({std::move(ids_.front()), {}});
  ids_.pop_front();
  out.complete = round_over_ = ids_.empty();
  return out;
}

// An item that fails again and again is left out of this round, so that it does not hold up the others.
void Timeline::failed(const Failure& failure) {
  if (phase_ != Phase::item || round_over_ || failure.kind == "rate_limit") return;
  if (seen_.miss(ids_.front()) >= most_tries) leave_item(std::nullopt, false);
}

std::string Timeline::payload_with(const Post& post) {
  seen_.add(post.id);
  if (api().newer) seen_.set_newest(post.id);
  return seen_.payload();
}

}  // namespace headrace::api
