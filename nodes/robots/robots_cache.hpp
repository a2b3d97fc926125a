// What the robots.txt of hosts let a crawler do, as far as it is known. It fetches nothing and keeps no time: who drives it does.
//
//   auto verdict = robots.ask(url, now);
//   if (verdict.kind == RobotsCache::Kind::unknown) {          // fetch robots_url(url), through the queue of its host, then
//     store.put(robots_key(url), to_json(robots.take(url, answer, now)));
//     verdict = robots.ask(url, now);
//   }
//   if (verdict.kind == RobotsCache::Kind::refused) fail(verdict.failure);
//
// Of a host that is unknown, look into the store first: restore() takes what a restart, or the bound on memory, has forgotten.
// One thread.
#pragma once
#include <list>
#include <unordered_map>

#include "core/graph/spec.hpp"
#include "nodes/robots/robots_record.hpp"
#include "nodes/robots/robots_txt.hpp"

namespace headrace {

class RobotsCache {
 public:
  struct Options {
    std::string agent;                                        // a product token or a User-Agent header
    Duration longest_crawl_delay = std::chrono::seconds(60);  // hosts that ask for more are skipped
    ByteSize memory{64u << 20};                               // the hosts that were not asked about for longest go first
  };
  explicit RobotsCache(Options options) : options_(std::move(options)) {}

  enum class Kind { unknown, allowed, refused };
  struct Verdict {
    Kind kind = Kind::unknown;
    std::optional<Duration> crawl_delay{};  // what the host asks for, also of a URL that is refused
    Failure failure{};                      // of a refusal: see below
  };
  // Kinds of failure: robots_disallowed, by a rule; robots_crawl_delay, the host asks for more than the longest delay;
  // robots_unavailable, for a while, retryable, with retry_after: the file could not be had.
  Verdict ask(const Url& url, const Time& now);

  // What came of asking for robots_url(url). Gives what is to be stored; it lives until the next call.
  const RobotsRecord& take(const Url& url, RobotsAnswer answer, const Time& now);
  void restore(const Url& url, RobotsRecord record);

  std::size_t hosts() const { return known_.size(); }
  std::size_t memory() const { return memory_; }

 private:
  struct Host {
    std::string key;
    RobotsRecord record;
    RobotsTxt robots;
    std::optional<Duration> crawl_delay;
    std::size_t memory;
  };
  Host* find(const std::string& key);
  Host& keep(std::string key, RobotsRecord record);
  void forget(std::list<Host>::iterator host);
  Verdict judge(const Host& host, const Url& url, const Time& now) const;

  Options options_;
  std::list<Host> hosts_;  // the last that was asked about first
  std::unordered_map<std::string_view, std::list<Host>::iterator> known_;
  std::size_t memory_ = 0;
};

}  // namespace headrace
