#include "core/state/sharded_store.hpp"

#include <algorithm>
#include <mutex>

#include "core/state/batch_text.hpp"
#include "core/state/counter.hpp"
#include "core/state/merged_scan.hpp"

namespace headrace {

namespace {

constexpr std::string_view kReserved = "\xFFheadrace/";
constexpr std::string_view kPlaceKey = "\xFFheadrace/shard";      // "2/8": its place, and how many there are
constexpr std::string_view kWholeKey = "\xFFheadrace/whole";      // in shard 0: "17:" and the last batch over several shards
constexpr std::string_view kAppliedKey = "\xFFheadrace/applied";  // the number of the last such batch that this shard has

bool reserved(std::string_view key) { return key.starts_with(kReserved); }

// FNV-1a, and a last mixing: which shard has a key is written on disk, so it is ours and never changes.
std::uint64_t stable_hash(std::string_view key) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const char byte : key) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3u;
  hash = (hash ^ hash >> 33) * 0xFF51AFD7ED558CCDu;
  return hash ^ hash >> 33;
}

[[noreturn]] void refuse_place(const std::string& found, const std::string& wanted) {
  const std::string count = found.substr(found.find('/') + 1);
  throw StoreError("a shard of the store says that it is " + found + " and would be opened as " + wanted +
                   ": go on with `shards: " + count + "`, or begin with an empty folder");
}

}  // namespace

struct ShardedStore::Shard {
  std::shared_ptr<Store> store;
  std::atomic<std::uint64_t> written{0}, synced{0};  // writes that were answered, and how many of them are known to be synced

  void write(const WriteBatch& batch, Durability durability) {
    store->write(batch, durability);
    ++written;
  }
  void sync() {
    const std::uint64_t so_far = written;
    if (synced >= so_far) return;
    store->write({}, Durability::synced);
    std::uint64_t before = synced;
    while (before < so_far && !synced.compare_exchange_weak(before, so_far)) {}
  }
  std::uint64_t applied() const { return static_cast<std::uint64_t>(counter_value(store->get(kAppliedKey).value_or(""))); }
};

class ShardedStore::Snapshot final : public StoreView {
 public:
  explicit Snapshot(const ShardedStore& store) : store_(store) {
    for (const auto& shard : store.shards_) views_.push_back(shard->store->snapshot());
  }
  std::optional<std::string> get(std::string_view key) const override {
    return reserved(key) ? std::nullopt : views_[store_.place_of(key)]->get(key);
  }
  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override {
    std::vector<std::optional<std::string>> values;
    for (const std::string& key : keys) values.push_back(get(key));
    return values;
  }
  void scan(std::string_view prefix, const Visit& visit) const override { scan_from(prefix, {}, visit); }
  void scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const override {
    merged_scan(views_, prefix, from, [&](std::string_view key, std::string_view value) { return reserved(key) || visit(key, value); });
  }

 private:
  const ShardedStore& store_;
  std::vector<std::unique_ptr<StoreView>> views_;
};

ShardedStore::ShardedStore(std::size_t shards, const Open& open) {
  if (shards < 1 || shards > 256) throw StoreError("a store has 1 to 256 shards");
  shards_.resize(shards);
  for (std::size_t place = 0; place < shards; ++place) enter(place, open);
  finish();
}

ShardedStore::~ShardedStore() = default;

void ShardedStore::enter(std::size_t place, const Open& open) {
  shards_[place] = std::make_unique<Shard>();
  shards_[place]->store = open(place);
  Store& store = *shards_[place]->store;
  if (store.expires())
    throw StoreError("a shard would forget that it is one when its values expire: put the expiring store above the shards");
  const std::string wanted = std::to_string(place) + "/" + std::to_string(shards_.size());
  if (const auto found = store.get(kPlaceKey)) {
    if (*found != wanted) refuse_place(*found, wanted);
  } else {
    store.scan({}, [](std::string_view, std::string_view) -> bool {
      throw StoreError("a store that was filled without shards cannot become one: begin with an empty folder");
    });
    WriteBatch batch;
    batch.put(std::string(kPlaceKey), wanted);
    store.write(batch, Durability::synced);
  }
  number_ = std::max(number_, shards_[place]->applied());
}

std::optional<std::string> ShardedStore::get(std::string_view key) const {
  if (reserved(key)) return std::nullopt;
  const auto lock = share();
  return shards_[place_of(key)]->store->get(key);
}

std::vector<std::optional<std::string>> ShardedStore::multi_get(const std::vector<std::string>& keys) const {
  std::vector<std::vector<std::string>> asked(shards_.size());
  for (const std::string& key : keys) asked[place_of(key)].push_back(key);
  std::vector<std::vector<std::optional<std::string>>> found(shards_.size());
  {
    const auto lock = own();  // one moment for all of them
    for (std::size_t place = 0; place < shards_.size(); ++place)
      if (!asked[place].empty()) found[place] = shards_[place]->store->multi_get(asked[place]);
  }
  std::vector<std::size_t> next(shards_.size());
  std::vector<std::optional<std::string>> values;
  for (const std::string& key : keys) {
    const std::size_t place = place_of(key);
    auto& value = found[place][next[place]++];
    values.push_back(reserved(key) ? std::nullopt : std::move(value));
  }
  return values;
}

void ShardedStore::scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const {
  snapshot()->scan_from(prefix, from, visit);
}

std::unique_ptr<StoreView> ShardedStore::snapshot() const {
  const auto lock = own();
  return std::make_unique<Snapshot>(*this);
}

void ShardedStore::write(const WriteBatch& batch, Durability durability) {
  std::vector<WriteBatch> parts = split(batch);
  const auto touched = [](const WriteBatch& part) { return !part.empty(); };
  if (std::count_if(parts.begin(), parts.end(), touched) > 1) return write_many(std::move(parts), batch, durability);
  const auto part = std::find_if(parts.begin(), parts.end(), touched);
  Shard* const only = part == parts.end() ? nullptr : shards_[static_cast<std::size_t>(part - parts.begin())].get();
  const auto lock = share();
  if (only) only->write(*part, durability);
  if (durability == Durability::synced) sync(only);
}

// Shard 0 has the whole batch before the others have their parts.
void ShardedStore::write_many(std::vector<WriteBatch> parts, const WriteBatch& whole, Durability durability) {
  const auto lock = own();
  const std::string number = std::to_string(++number_);
  parts[0].put(std::string(kWholeKey), number + ":" + to_bytes(whole));
  unfinished_ = true;
  shards_[0]->write(parts[0], durability);
  for (std::size_t place = 1; place < parts.size(); ++place) {
    if (parts[place].empty()) continue;
    parts[place].put(std::string(kAppliedKey), number);
    shards_[place]->write(parts[place], Durability::buffered);
  }
  unfinished_ = false;
  if (durability == Durability::synced) sync(shards_[0].get());
}

// Gives the shards what they lack of the last batch over several of them. With the store to itself.
void ShardedStore::finish() const {
  const auto found = shards_[0]->store->get(kWholeKey);
  const std::size_t colon = found ? found->find(':') : 0;
  if (found && colon != found->npos) {
    const auto number = static_cast<std::uint64_t>(counter_value(std::string_view(*found).substr(0, colon)));
    std::vector<WriteBatch> parts = split(batch_from(std::string_view(*found).substr(colon + 1)));
    for (std::size_t place = 1; place < parts.size(); ++place) {
      if (parts[place].empty() || shards_[place]->applied() >= number) continue;
      parts[place].put(std::string(kAppliedKey), std::to_string(number));
      shards_[place]->write(parts[place], Durability::synced);
    }
    number_ = std::max(number_, number);
  }
  unfinished_ = false;
}

// Each shard but one that has been synced already.
void ShardedStore::sync(const Shard* but) const {
  for (const auto& shard : shards_)
    if (shard.get() != but) shard->sync();
}

std::shared_lock<std::shared_mutex> ShardedStore::share() const {
  for (;;) {
    std::shared_lock lock(mutex_);
    if (!unfinished_) return lock;
    lock.unlock();
    own();
  }
}

std::unique_lock<std::shared_mutex> ShardedStore::own() const {
  std::unique_lock lock(mutex_);
  if (unfinished_) finish();
  return lock;
}

std::vector<WriteBatch> ShardedStore::split(const WriteBatch& batch) const {
  std::vector<WriteBatch> parts(shards_.size());
  for (const auto& change : batch.changes()) {
    const std::string& key = key_of(change);
    if (reserved(key)) throw StoreError("keys that begin with \\xFFheadrace/ belong to the sharded store itself");
    parts[place_of(key)].change(change);
  }
  return parts;
}

std::size_t ShardedStore::place_of(std::string_view key) const { return stable_hash(key) % shards_.size(); }

bool ShardedStore::durable() const {
  return std::all_of(shards_.begin(), shards_.end(), [](const auto& shard) { return shard->store->durable(); });
}

}  // namespace headrace
