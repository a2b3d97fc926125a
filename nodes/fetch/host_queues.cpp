#include "nodes/fetch/host_queues.hpp"

#include <algorithm>

namespace headrace {

// Puts a host where its turn will be looked for. One that is in ready_ stays there; pop() asks again.
void HostQueues::file(Host& host, Duration now) {
  if (host.timed) timed_.erase({*host.timed, host.serial});
  host.timed.reset();
  if (!wants_turn(host)) return;
  if (host.opens() > now) {
    host.timed = host.opens();
    timed_.emplace(std::pair(*host.timed, host.serial), &host);
  } else if (!host.in_ready) {
    host.in_ready = true;
    ready_.push_back(&host);
  }
}

// Forgets hosts whose delay has passed. Done when their number has doubled, so that it costs nothing per request.
void HostQueues::sweep(Duration now) {
  if (hosts_.size() < sweep_at_) return;
  std::erase_if(hosts_, [&](const auto& entry) {
    const Host& host = entry.second;
    return host.waiting.empty() && host.active == 0 && !host.in_ready && host.opens() <= now;
  });
  sweep_at_ = std::max<std::size_t>(1024, 2 * hosts_.size());
}

void HostQueues::push(const std::string& host, Id id, Duration now) {
  sweep(now);
  const auto [entry, added] = hosts_.try_emplace(host);
  if (added) entry->second.serial = next_serial_++;
  entry->second.waiting.push_back(id);
  file(entry->second, now);
}

std::optional<HostQueues::Id> HostQueues::pop(Duration now) {
  while (!timed_.empty() && timed_.begin()->first.first <= now) file(*timed_.begin()->second, now);
  while (!ready_.empty() && active_ < limits_.total) {
    Host& host = *ready_.front();
    ready_.pop_front();
    host.in_ready = false;
    if (!wants_turn(host) || host.opens() > now) {
      file(host, now);
      continue;
    }
    const Id id = host.waiting.front();
    host.waiting.pop_front();
    ++host.active;
    ++active_;
    host.starting = true;
    return id;
  }
  return {};
}

void HostQueues::started(const std::string& name, Duration now) {
  Host& host = hosts_.at(name);
  host.starting = false;
  host.next = now + limits_.delay;
  file(host, now);
}

void HostQueues::released(const std::string& name, Duration now) {
  Host& host = hosts_.at(name);
  --host.active;
  --active_;
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

std::vector<HostQueues::Id> HostQueues::take_waiting(const std::string& name) {
  Host& host = hosts_.at(name);
  std::vector<Id> out(host.waiting.begin(), host.waiting.end());
  host.waiting.clear();
  file(host, Duration::zero());
  return out;
}

Duration HostQueues::due() const { return timed_.empty() || active_ >= limits_.total ? Duration::max() : timed_.begin()->first.first; }

}  // namespace headrace
