#include "nodes/fetch/host_queues.hpp"

#include <algorithm>

namespace headrace {

// Puts a host where its turn will be looked for. One that is listed stays there; pop() asks again.
void HostQueues::file(Host& host, Duration now, Turn turn) {
  if (host.timed) timed_.erase({*host.timed, host.serial});
  host.timed.reset();
  if (!wants_turn(host)) return;
  if (host.opens() > now) {
    host.timed = host.opens();
    timed_.emplace(std::pair(*host.timed, host.serial), &host);
  } else if (!host.listed) {
    host.listed = true;
    if (is_full(host.site)) host.site->full.push_back(&host);
    else if (turn == Turn::goes_on) ready_.push_front(&host);
    else ready_.push_back(&host);
  }
}

// A connection of the site is free: the host that has waited longest for one comes next.
void HostQueues::free_site(Site& site, Duration now) {
  while (!site.full.empty() && !is_full(&site)) {
    Host& host = *site.full.front();
    site.full.pop_front();
    host.listed = false;
    file(host, now);
    if (host.listed) return;
  }
}

// Forgets hosts whose delay has passed. Done when their number has doubled, so that it costs nothing per request.
void HostQueues::sweep(Duration now) {
  if (hosts_.size() < sweep_at_) return;
  std::erase_if(hosts_, [&](const auto& entry) {
    const Host& host = entry.second;
    const bool idle = host.waiting.empty() && host.active == 0 && !host.listed && host.opens() <= now;
    if (idle && host.site) --host.site->hosts;
    return idle;
  });
  std::erase_if(sites_, [](const auto& entry) { return entry.second.hosts == 0; });
  sweep_at_ = std::max<std::size_t>(1024, 2 * hosts_.size());
}

HostQueues::Host& HostQueues::meet(const std::string& name, const std::string& site) {
  const auto [entry, added] = hosts_.try_emplace(name);
  Host& host = entry->second;
  if (!added) return host;
  host.serial = next_serial_++;
  host.delay = limits_.delay;
  if (limits_.per_site == 0) return host;
  host.site = &sites_[site];
  ++host.site->hosts;
  return host;
}

void HostQueues::push(const std::string& name, const std::string& site, Id id, Duration now, Turn turn) {
  sweep(now);
  Host& host = meet(name, site);
  host.waiting.push_back(id);
  file(host, now, turn);
}

std::optional<HostQueues::Id> HostQueues::pop(Duration now) {
  while (!timed_.empty() && timed_.begin()->first.first <= now) file(*timed_.begin()->second, now);
  while (!ready_.empty() && active_ < limits_.total) {
    Host& host = *ready_.front();
    ready_.pop_front();
    host.listed = false;
    if (!wants_turn(host) || host.opens() > now || is_full(host.site)) {
      file(host, now);
      if (host.site) free_site(*host.site, now);
      continue;
    }
    const Id id = host.waiting.front();
    host.waiting.pop_front();
    ++host.active;
    ++active_;
    if (host.site) ++host.site->active;
    host.starting = true;
    return id;
  }
  return {};
}

void HostQueues::started(const std::string& name, Duration now) {
  Host& host = hosts_.at(name);
  host.starting = false;
  host.last_start = now;
  file(host, now);
}

void HostQueues::released(const std::string& name, Duration now) {
  Host& host = hosts_.at(name);
  --host.active;
  --active_;
  if (host.site) --host.site->active;
  if (host.site) free_site(*host.site, now);  // first: others of the site have waited for longer
  file(host, now);
}

void HostQueues::abandoned(const std::string& name, Duration now) {
  hosts_.at(name).starting = false;
  released(name, now);
}

void HostQueues::hold(const std::string& name, Duration until) {
  Host& host = hosts_.at(name);
  host.held = std::max(host.held, until);
  if (host.timed) file(host, Duration::zero());
}

Duration HostQueues::held_until(const std::string& name) const {
  const auto found = hosts_.find(name);
  return found == hosts_.end() ? Duration::zero() : found->second.held;
}

void HostQueues::set_pace(const std::string& name, Duration delay, bool one_at_a_time) {
  Host& host = hosts_.at(name);
  if (host.delay == delay && host.one_at_a_time == one_at_a_time) return;
  host.delay = delay;
  host.one_at_a_time = one_at_a_time;
  file(host, Duration::zero());
}

std::vector<HostQueues::Id> HostQueues::take_waiting(const std::string& name) {
  Host& host = hosts_.at(name);
  std::vector<Id> out(host.waiting.begin(), host.waiting.end());
  host.waiting.clear();
  file(host, Duration::zero());
  return out;
}

Duration HostQueues::due() const { return timed_.empty() || active_ >= limits_.total ? Duration::max() : timed_.begin()->first.first; }

}  // namespace headrace
