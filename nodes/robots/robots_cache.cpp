#include "nodes/robots/robots_cache.hpp"

#include <algorithm>
#include <cmath>

namespace headrace {

namespace {

constexpr std::size_t most_shown = 200;  // of a path or a pattern, in a message

std::optional<Duration> duration_of(std::optional<double> seconds) {
  constexpr double most = 1e9;  // some thirty years
  if (!seconds) return {};
  return std::chrono::milliseconds(std::llround(std::min(*seconds, most) * 1000));
}

std::string path_of(const Url& url) { return url.query ? url.path + '?' + *url.query : url.path; }

std::string shown(std::string_view text) { return std::string(text.substr(0, most_shown)) + (text.size() > most_shown ? "..." : ""); }

Failure disallowed(const Url& url, const std::string& path, const RobotsTxt::Decision& decision) {
  return {"robots_disallowed", robots_url(url) + " disallows " + shown(path) + " by line " + std::to_string(decision.line) +
                                   " (Disallow: " + shown(decision.pattern) + ")"};
}

Failure too_slow(const Url& url, Duration delay, Duration most) {
  return {"robots_crawl_delay", robots_url(url) + " asks for " + format_duration(delay) + " between requests, and no more than " +
                                    format_duration(most) + " are waited"};
}

Failure unavailable(const Url& url, const RobotsRecord& record, const Time& now) {
  const std::string what = record.status ? "answered " + std::to_string(*record.status) : "gave no answer that can be read";
  return {"robots_unavailable",
          robots_url(url) + ' ' + what + " at " + format_time(record.checked) + ": nothing is fetched from its host before " +
              format_time(record.until),
          true, record.until.at - now.at};
}

}  // namespace

RobotsCache::Verdict RobotsCache::ask(const Url& url, const Time& now) {
  const Host* host = find(robots_key(url));
  if (url.path == "/robots.txt" && !url.query) return {Kind::allowed, host ? host->crawl_delay : std::nullopt, {}};
  if (!host || !host->record.fresh(now)) return {};
  return judge(*host, url, now);
}

RobotsCache::Verdict RobotsCache::judge(const Host& host, const Url& url, const Time& now) const {
  const auto refused = [&](Failure failure) { return Verdict{Kind::refused, host.crawl_delay, std::move(failure)}; };
  if (host.record.defers()) return refused(unavailable(url, host.record, now));
  if (host.crawl_delay > options_.longest_crawl_delay) return refused(too_slow(url, *host.crawl_delay, options_.longest_crawl_delay));
  const std::string path = path_of(url);
  const auto decision = host.robots.decide(options_.agent, path);
  if (!decision.allowed) return refused(disallowed(url, path, decision));
  return {Kind::allowed, host.crawl_delay, {}};
}

const RobotsRecord& RobotsCache::take(const Url& url, RobotsAnswer answer, const Time& now) {
  std::string key = robots_key(url);
  const Host* host = find(key);
  RobotsRecord record = record_after(host ? &host->record : nullptr, std::move(answer), now);
  return keep(std::move(key), std::move(record)).record;
}

void RobotsCache::restore(const Url& url, RobotsRecord record) { keep(robots_key(url), std::move(record)); }

RobotsCache::Host* RobotsCache::find(const std::string& key) {
  const auto found = known_.find(key);
  if (found == known_.end()) return nullptr;
  hosts_.splice(hosts_.begin(), hosts_, found->second);
  return &hosts_.front();
}

RobotsCache::Host& RobotsCache::keep(std::string key, RobotsRecord record) {
  if (const auto found = known_.find(key); found != known_.end()) forget(found->second);
  record.text.data.shrink_to_fit();
  RobotsTxt robots(record.text);
  const auto delay = duration_of(robots.crawl_delay(options_.agent));
  const std::size_t memory = sizeof(Host) + key.capacity() + record.text.data.capacity() + robots.memory();
  hosts_.push_front({std::move(key), std::move(record), std::move(robots), delay, memory});
  known_.emplace(hosts_.front().key, hosts_.begin());
  memory_ += memory;
  while (memory_ > options_.memory.bytes && hosts_.size() > 1) forget(std::prev(hosts_.end()));
  return hosts_.front();
}

void RobotsCache::forget(std::list<Host>::iterator host) {
  memory_ -= host->memory;
  known_.erase(host->key);
  hosts_.erase(host);
}

}  // namespace headrace
