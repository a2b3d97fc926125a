#include "nodes/fetch/host_memory.hpp"

namespace headrace {

namespace {

constexpr Duration write_every = std::chrono::seconds(5);

Time at(Duration elapsed, const Clock& clock) {
  return {clock.now().at + std::chrono::duration_cast<std::chrono::microseconds>(elapsed - clock.elapsed())};
}
Duration elapsed_at(const Time& time, const Clock& clock) { return clock.elapsed() + (time.at - clock.now().at); }

}  // namespace

void HostFacts::saw(int status) { statuses[requests++ % statuses.size()] = static_cast<std::uint16_t>(status); }

HostMemory::HostMemory(Rules rules, std::shared_ptr<Store> store, Services& services)
    : rules_(rules), store_(store && store->durable() ? std::move(store) : nullptr), services_(services) {}

void HostMemory::close() {
  if (timer_) services_.clock.cancel(timer_);
  timer_ = 0;
  write();
}

HostFacts& HostMemory::meet(const std::string& origin) {
  if (const auto known = hosts_.find(origin); known != hosts_.end()) return known->second;
  sweep();
  HostFacts& facts = hosts_.emplace(origin, HostFacts(rules_.pace)).first->second;
  if (store_) load(origin, facts);
  return facts;
}

void HostMemory::load(const std::string& origin, HostFacts& facts) try {
  const auto text = store_->get(std::string(HostRecord::prefix) + origin);
  if (!text) return;
  const HostRecord record = from_json<HostRecord>(*text);
  const auto until = [&](const std::optional<Time>& time) { return time ? elapsed_at(*time, services_.clock) : Duration::min(); };
  facts.pace.restore(rules_.pace, record.delay);
  facts.breaker.restore(record.failures_in_a_row, std::min(record.pause, rules_.breaker.longest), until(record.closed_until));
  facts.held_until = std::max(Duration::zero(), until(record.retry_after));
  facts.requests = record.requests;
  facts.bytes = record.bytes;
  facts.http1_until = std::max(Duration::zero(), until(record.http1_until));
  const std::size_t kept = std::min(record.statuses.size(), facts.statuses.size());
  for (std::size_t i = 1; i <= kept && i <= facts.requests; ++i)
    facts.statuses[(facts.requests - i) % facts.statuses.size()] = static_cast<std::uint16_t>(record.statuses[record.statuses.size() - i]);
} catch (const std::exception& error) {
  services_.log.event(LogLevel::warning, "http", "host_not_read", {{"host", origin}, {"why", error.what()}});
}

void HostMemory::changed(const std::string& origin) {
  if (!store_) return;
  const auto found = hosts_.find(origin);
  if (found == hosts_.end() || std::exchange(found->second.dirty, true)) return;
  dirty_.push_back(origin);
  if (timer_) return;
  timer_ = services_.clock.after(write_every, [this] {
    timer_ = 0;
    write();
  });
}

void HostMemory::keep(const std::string& key, std::string value) {
  if (!store_) return;
  WriteBatch batch;
  batch.put(key, std::move(value));
  write(batch);
}

std::optional<std::string> HostMemory::kept(const std::string& key) const try {
  return store_ ? store_->get(key) : std::nullopt;
} catch (const std::exception& error) {
  services_.log.event(LogLevel::warning, "http", "host_not_read", {{"key", key}, {"why", error.what()}});
  return {};
}

void HostMemory::write() {
  if (dirty_.empty()) return;
  WriteBatch batch;
  for (const std::string& origin : dirty_) {
    HostFacts& facts = hosts_.at(origin);
    facts.dirty = false;
    batch.put(std::string(HostRecord::prefix) + origin, to_json(record_of(origin, facts)));
  }
  dirty_.clear();
  write(batch);
}

void HostMemory::write(const WriteBatch& batch) try { store_->write(batch, Durability::buffered); } catch (const std::exception& error) {
  services_.log.event(LogLevel::warning, "http", "hosts_not_written", {{"why", error.what()}});
}

HostRecord HostMemory::record_of(const std::string& origin, const HostFacts& facts) const {
  const Duration now = services_.clock.elapsed();
  HostRecord out;
  out.origin = origin;
  out.delay = facts.pace.learned();
  if (facts.held_until > now) out.retry_after = at(facts.held_until, services_.clock);
  if (facts.breaker.is_closed(now)) out.closed_until = at(facts.breaker.closed_until(), services_.clock);
  out.failures_in_a_row = facts.breaker.failures_in_a_row();
  out.pause = facts.breaker.pause();
  const std::uint64_t known = std::min<std::uint64_t>(facts.requests, facts.statuses.size());
  for (std::uint64_t i = facts.requests - known; i < facts.requests; ++i) out.statuses.push_back(facts.statuses[i % facts.statuses.size()]);
  out.requests = facts.requests;
  out.bytes = facts.bytes;
  if (facts.http1_until > now) out.http1_until = at(facts.http1_until, services_.clock);
  return out;
}

// Nothing of it would be missed.
bool HostMemory::is_dull(const HostFacts& facts) const {
  if (store_) return !facts.dirty;
  return facts.breaker.failures_in_a_row() == 0 && facts.pace.learned() == rules_.pace.least &&
         std::max(facts.http1_until, facts.held_until) <= services_.clock.elapsed();
}

// Done when the number of hosts has doubled, so that it costs nothing per request.
void HostMemory::sweep() {
  if (hosts_.size() < sweep_at_) return;
  write();
  std::erase_if(hosts_, [&](const auto& entry) { return is_dull(entry.second); });
  sweep_at_ = std::max<std::size_t>(4096, 2 * hosts_.size());
}

}  // namespace headrace
