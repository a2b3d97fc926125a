// The robots.txt of a host is fetched through the host's own queue, before anything else of it; whoever asks for something
// else meanwhile waits for it outside the queue.
#include "nodes/fetch/http_dispatcher.hpp"
#include "nodes/fetch/http_headers.hpp"
#include "nodes/fetch/retry_after.hpp"

namespace headrace {

namespace {

// The network was asked, and no answer came. Not so when the host is left alone for a while, which its failure tells.
bool is_no_answer(const Failure& failure) { return failure.retryable && !failure.retry_after; }

bool is_unreadable(const Failure& failure) { return failure.kind == "too_large" || failure.kind == "bad_encoding"; }

// Nothing where the failure says nothing of the robots.txt: the next request would meet it as well.
std::optional<RobotsAnswer> answer_of(const Failure& failure) {
  if (failure.kind == "too_many_redirects") return RobotsAnswer{.status = 302, .redirects = robots_life::most_redirects + 1};
  if (is_unreadable(failure)) return RobotsAnswer{.retry_after = robots_life::retried};
  if (is_no_answer(failure)) return RobotsAnswer{};
  return {};
}

std::optional<RobotsAnswer> robots_answer(HttpResult&& result, const Time& now) {
  if (const auto* failure = std::get_if<Failure>(&result)) return answer_of(*failure);
  RobotsAnswer out;
  auto& response = std::get<HttpResponse>(result);
  out.status = response.status;
  out.redirects = static_cast<int>(response.redirects.size());
  if (const auto* cache_control = response.header("cache-control")) out.max_age = max_age_of(*cache_control);
  out.retry_after = retry_after(response.headers, now);
  out.body = std::move(response.body);
  return out;
}

}  // namespace

// Whether the request may be queued now. Otherwise it waits for the robots.txt, or has failed.
bool HttpDispatcher::pass_robots(Id id, Pending& pending) {
  if (!options_.robots || !pending.request.robots) return true;
  const Url url = *parse_url(pending.request.url).url;
  RobotsCache::Verdict verdict = robots_.ask(url, services_.clock.now());
  const bool ask_store = verdict.kind == RobotsCache::Kind::unknown && !robots_waiting_.contains(pending.host);
  if (ask_store && restore_robots(url)) verdict = robots_.ask(url, services_.clock.now());
  if (verdict.crawl_delay) hosts_.meet(pending.host).pace.set_crawl_delay(*verdict.crawl_delay);
  switch (verdict.kind) {
    case RobotsCache::Kind::allowed: return true;
    case RobotsCache::Kind::refused: return fail(id, std::move(verdict.failure)), false;
    case RobotsCache::Kind::unknown: break;
  }
  const auto [entry, first] = robots_waiting_.try_emplace(pending.host);
  entry->second.push_back(id);
  if (first) fetch_robots(pending.host, url);
  tell_waiting(id);
  return false;
}

bool HttpDispatcher::restore_robots(const Url& url) {
  const auto text = hosts_.kept(robots_key(url));
  if (!text) return false;
  try {
    robots_.restore(url, from_json<RobotsRecord>(*text));
    return true;
  } catch (const BadValue&) {
    return false;  // of another version
  }
}

void HttpDispatcher::fetch_robots(const std::string& host, const Url& url) {
  HttpRequest request{.url = robots_url(url), .max_bytes = {RobotsTxt::most_bytes}, .max_redirects = robots_life::most_redirects};
  request.robots = false;
  request.cut = true;
  const Id id = next_id_++;
  Pending pending{std::move(request), {}};
  pending.handlers.done = [weak = weak_from_this(), host, url](HttpResult result) {
    if (const auto self = weak.lock()) self->take_robots(host, url, std::move(result));
  };
  admit(id, requests_.emplace(id, std::move(pending)).first->second);
}

void HttpDispatcher::take_robots(const std::string& host, const Url& url, HttpResult result) {
  const auto waiting = robots_waiting_.extract(host);
  if (waiting.empty()) return;  // the client is being closed
  const Time now = services_.clock.now();
  std::optional<Failure> failure;
  if (auto* failed = std::get_if<Failure>(&result)) failure = *failed;
  if (auto answer = robots_answer(std::move(result), now))
    hosts_.keep(robots_key(url), to_json(robots_.take(url, *std::move(answer), now)));
  // A failure is theirs as well, unless it was one too many: then there is a verdict without an answer.
  const bool theirs = failure && robots_.ask(url, now).kind == RobotsCache::Kind::unknown;
  for (const Id id : waiting.mapped()) {
    if (!requests_.contains(id)) continue;
    if (theirs) fail(id, *failure);
    else enqueue(id, HostQueues::Turn::goes_on);  // the connection is open, and the turn was for its sake
  }
}

}  // namespace headrace
