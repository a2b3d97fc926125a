#include "core/state/expiring_store.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "core/state/counter.hpp"

namespace headrace {

namespace {

constexpr char kMark = '\xE7';
constexpr std::size_t kHeader = 9;  // the mark and the time, in microseconds since 1970
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kSlice = 2'000;  // keys looked at under one snapshot

std::string seal(std::string_view value, std::int64_t expires) {
  std::string out(1, kMark);
  out.reserve(kHeader + value.size());
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(static_cast<std::uint64_t>(expires) >> shift);
  return out.append(value);
}

std::int64_t expiry_of(std::string_view sealed) {
  if (sealed.size() < kHeader || sealed.front() != kMark)
    throw StoreError("the store below an expiring store holds values that were not written through it: give it a store of its own");
  std::uint64_t expires = 0;
  for (std::size_t i = 1; i < kHeader; ++i) expires = expires << 8 | static_cast<unsigned char>(sealed[i]);
  return static_cast<std::int64_t>(expires);
}

bool alive(std::string_view sealed, std::int64_t now) { return expiry_of(sealed) > now; }

std::optional<std::string> unseal(std::optional<std::string> sealed, std::int64_t now) {
  if (!sealed || !alive(*sealed, now)) return std::nullopt;
  sealed->erase(0, kHeader);
  return sealed;
}

std::vector<std::optional<std::string>> unseal(std::vector<std::optional<std::string>> sealed, std::int64_t now) {
  for (auto& each : sealed) each = unseal(std::move(each), now);
  return sealed;
}

StoreView::Visit unsealing(const StoreView::Visit& visit, std::int64_t now) {
  return [&visit, now](std::string_view key, std::string_view sealed) { return !alive(sealed, now) || visit(key, sealed.substr(kHeader)); };
}

}  // namespace

class ExpiringStore::Snapshot final : public StoreView {
 public:
  Snapshot(std::unique_ptr<StoreView> below, std::int64_t now) : below_(std::move(below)), now_(now) {}
  std::optional<std::string> get(std::string_view key) const override { return unseal(below_->get(key), now_); }
  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override {
    return unseal(below_->multi_get(keys), now_);
  }
  void scan(std::string_view prefix, const Visit& visit) const override { below_->scan(prefix, unsealing(visit, now_)); }
  void scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const override {
    below_->scan_from(prefix, from, unsealing(visit, now_));
  }

 private:
  const std::unique_ptr<StoreView> below_;
  const std::int64_t now_;
};

ExpiringStore::ExpiringStore(std::shared_ptr<Store> inner, Expiry expiry, Clock& clock, Log& log)
    : ForwardingStore(std::move(inner)),
      expiry_{expiry.time_to_live, std::max<Duration>(expiry.sweep, std::chrono::milliseconds(10))},
      clock_(clock),
      log_(log) {
  timer_.emplace(clock, [this] { sweep(); });
  timer_->arm(expiry_.sweep);
}

std::optional<std::string> ExpiringStore::get(std::string_view key) const { return unseal(inner().get(key), now()); }

std::vector<std::optional<std::string>> ExpiringStore::multi_get(const std::vector<std::string>& keys) const {
  return unseal(inner().multi_get(keys), now());
}

void ExpiringStore::scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const {
  inner().scan_from(prefix, from, unsealing(visit, now()));
}

std::unique_ptr<StoreView> ExpiringStore::snapshot() const { return std::make_unique<Snapshot>(inner().snapshot(), now()); }

void ExpiringStore::write(const WriteBatch& batch, Durability durability) {
  for (const auto& change : batch.changes())
    if (std::holds_alternative<WriteBatch::Add>(change)) return write_sums(batch, durability);
  write_puts(batch, durability);
}

void ExpiringStore::write_puts(const WriteBatch& batch, Durability durability) {
  bool mortal = false;
  WriteBatch out;
  for (const auto& change : batch.changes()) {
    if (const auto* put = std::get_if<WriteBatch::Put>(&change)) out.put(put->key, sealed(*put, mortal));
    else out.change(change);
  }
  const std::shared_lock lock(writing_);
  inner().write(out, durability);
  if (mortal) mind();
}

// What is added to is read, or was changed earlier in the batch.
void ExpiringStore::write_sums(const WriteBatch& batch, Durability durability) {
  const std::unique_lock lock(writing_);
  const std::int64_t time = now();
  bool mortal = false;
  std::map<std::string_view, std::optional<std::string>> latest;
  for (const auto& change : batch.changes()) {
    const std::string& key = key_of(change);
    if (const auto* put = std::get_if<WriteBatch::Put>(&change)) {
      latest[key] = sealed(*put, mortal);
    } else if (const auto* add = std::get_if<WriteBatch::Add>(&change)) {
      const auto [at, first] = latest.try_emplace(key);
      if (first) at->second = inner().get(key);
      const bool there = at->second && alive(*at->second, time);
      const std::string sum = counter_sum(there ? std::string_view(*at->second).substr(kHeader) : std::string_view(), add->amount);
      at->second = there ? seal(sum, expiry_of(*at->second)) : sealed({key, sum}, mortal);
    } else {
      latest[key] = std::nullopt;
    }
  }
  WriteBatch out;
  for (auto& [key, value] : latest) value ? out.put(std::string(key), std::move(*value)) : out.remove(std::string(key));
  inner().write(out, durability);
  if (mortal) mind();
}

std::int64_t ExpiringStore::now() const { return clock_.now().at.time_since_epoch().count(); }

std::string ExpiringStore::sealed(const WriteBatch::Put& put, bool& mortal) const {
  const Duration time = put.time_to_live > Duration::zero() ? put.time_to_live : expiry_.time_to_live;
  if (time <= Duration::zero()) return seal(put.value, kNever);
  mortal = true;
  return seal(put.value, now() + std::chrono::ceil<std::chrono::microseconds>(time).count());
}

// While something may expire, the sweep goes on.
void ExpiringStore::mind() {
  mortal_ = true;
  timer_->arm(expiry_.sweep);
}

void ExpiringStore::sweep() {
  try {
    const bool many = sweep_slice();
    if (many) timer_->arm({});
    else if (mortal_ || !cursor_.empty()) timer_->arm(expiry_.sweep);
  } catch (const std::exception& error) {
    log_.event(LogLevel::warning, "store", "sweep_failed", {{"cause", error.what()}});
    timer_->arm(expiry_.sweep);
  }
}

// The next keys in order; those that have expired are looked at again, with the writers held off, before they go. Gives
// whether many had: then the next slice need not wait.
bool ExpiringStore::sweep_slice() {
  if (cursor_.empty()) mortal_ = false;  // a round begins: it will see what is there, and writers tell of what comes
  const std::int64_t time = now();
  std::vector<std::string> expired;
  std::string next;
  std::size_t seen = 0;
  inner().scan_from({}, cursor_, [&](std::string_view key, std::string_view value) {
    if (seen++ == kSlice) return next = key, false;
    const std::int64_t expires = expiry_of(value);
    if (expires <= time) expired.emplace_back(key);
    else if (expires != kNever) mortal_ = true;
    return true;
  });
  if (!expired.empty()) {
    const std::unique_lock lock(writing_);
    const auto values = inner().multi_get(expired);
    WriteBatch gone;
    for (std::size_t i = 0; i < expired.size(); ++i)
      if (values[i] && !alive(*values[i], time)) gone.remove(expired[i]);
    inner().write(gone, Durability::buffered);
  }
  cursor_ = std::move(next);
  return expired.size() > kSlice / 4;
}

}  // namespace headrace
