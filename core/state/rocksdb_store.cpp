#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <filesystem>

#include "core/state/counter.hpp"
#include "core/state/store.hpp"

namespace headrace {

namespace {

constexpr std::size_t kMiB = 1024 * 1024;

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const rocksdb::Slice& text) { return {text.data(), text.size()}; }

void check(const rocksdb::Status& status) {
  if (!status.ok()) throw StoreError("the state store failed: " + status.ToString());
}

// Never fails: RocksDB merges in the background, where a failure would close the whole store to writers.
class AddMerge final : public rocksdb::AssociativeMergeOperator {
 public:
  bool Merge(const rocksdb::Slice&, const rocksdb::Slice* existing, const rocksdb::Slice& amount, std::string* sum,
             rocksdb::Logger*) const override {
    *sum = counter_sum(existing ? view(*existing) : std::string_view(), counter_value(view(amount)));
    return true;
  }
  const char* Name() const override { return "headrace.add"; }  // kept in the files: renaming it makes them unreadable
};

// Memory: two write buffers and the cache, which also holds index and filter blocks. Those are cut into pieces of a few KiB: the
// filter of a whole file is half a megabyte, and with more files than fit the cache every read would load one. Files: 32 MiB each,
// few logs.
//
// Measured on lookups among ten million keys, half of them there: without the filter of the write buffers they take 1.5 times as long,
// with blocks of 8 KiB instead of RocksDB's 4 a fifth longer. A hash index in the blocks, other numbers of cache shards, another cache, or
// no compression (2.5 times the disk) change nothing that can be told from chance; filters that are not cut, or no checksums, neither.
rocksdb::Options options() {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(48 * kMiB);
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.pin_top_level_index_and_filter = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;

  rocksdb::Options options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.merge_operator = std::make_shared<AddMerge>();
  options.create_if_missing = true;
  options.compression = rocksdb::kLZ4Compression;
  options.write_buffer_size = 16 * kMiB;
  options.max_write_buffer_number = 2;
  options.memtable_prefix_bloom_size_ratio = 0.02;  // of the write buffer: some 24 bits a key of 100 bytes
  options.memtable_whole_key_filtering = true;      // most keys that are asked for are not in it
  options.max_total_wal_size = 64 * kMiB;
  options.target_file_size_base = 32 * kMiB;
  options.max_open_files = 256;
  options.max_background_jobs = 2;
  options.keep_log_file_num = 2;
  options.max_log_file_size = 1 * kMiB;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

// The first key after all that begin with `prefix`; empty when there is none.
std::string end_of_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xFF') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

// Reads as of `snapshot`, or as of now when that is null.
class Reader {
 public:
  Reader(rocksdb::DB& db, const rocksdb::Snapshot* snapshot) : db_(db) { read_.snapshot = snapshot; }

  std::optional<std::string> get(std::string_view key) const {
    std::string value;
    return found(db_.Get(read_, slice(key), &value)) ? std::optional(std::move(value)) : std::nullopt;
  }

  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const {
    std::vector<std::string> values;
    const auto statuses = db_.MultiGet(read_, std::vector<rocksdb::Slice>(keys.begin(), keys.end()), &values);
    std::vector<std::optional<std::string>> out(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i)
      if (found(statuses[i])) out[i] = std::move(values[i]);
    return out;
  }

  void scan_from(std::string_view prefix, std::string_view from, const StoreView::Visit& visit) const {
    const std::string end = end_of_prefix(prefix);
    const rocksdb::Slice bound(end);
    rocksdb::ReadOptions read = read_;
    if (!end.empty()) read.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> it(db_.NewIterator(read));
    for (it->Seek(slice(std::max(prefix, from))); it->Valid(); it->Next())
      if (!visit(view(it->key()), view(it->value()))) return;
    check(it->status());
  }

 private:
  static bool found(const rocksdb::Status& status) {
    if (!status.IsNotFound()) check(status);
    return status.ok();
  }
  rocksdb::DB& db_;
  rocksdb::ReadOptions read_;
};

class RocksDbSnapshot final : public StoreView {
 public:
  explicit RocksDbSnapshot(rocksdb::DB& db) : db_(db), snapshot_(db.GetSnapshot()), reader_(db, snapshot_) {}
  ~RocksDbSnapshot() override { db_.ReleaseSnapshot(snapshot_); }
  RocksDbSnapshot(const RocksDbSnapshot&) = delete;
  std::optional<std::string> get(std::string_view key) const override { return reader_.get(key); }
  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override { return reader_.multi_get(keys); }
  void scan(std::string_view prefix, const Visit& visit) const override { scan_from(prefix, {}, visit); }
  void scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const override {
    reader_.scan_from(prefix, from, visit);
  }

 private:
  rocksdb::DB& db_;
  const rocksdb::Snapshot* snapshot_;
  Reader reader_;
};

struct AppendTo {
  rocksdb::WriteBatch& batch;
  void operator()(const WriteBatch::Put& put) const { check(batch.Put(put.key, put.value)); }
  void operator()(const WriteBatch::Remove& remove) const { check(batch.Delete(remove.key)); }
  void operator()(const WriteBatch::Add& add) const { check(batch.Merge(add.key, std::to_string(add.amount))); }
};

class RocksDbStore final : public Store {
 public:
  explicit RocksDbStore(std::unique_ptr<rocksdb::DB> db) : db_(std::move(db)), reader_(*db_, nullptr) {}
  std::optional<std::string> get(std::string_view key) const override { return reader_.get(key); }
  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override {
    return RocksDbSnapshot(*db_).multi_get(keys);  // one moment for all of them
  }
  void scan(std::string_view prefix, const Visit& visit) const override { scan_from(prefix, {}, visit); }
  void scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const override {
    reader_.scan_from(prefix, from, visit);
  }

  void write(const WriteBatch& batch, Durability durability) override {
    const bool synced = durability == Durability::synced;
    if (batch.empty()) {  // RocksDB writes, and syncs, nothing for an empty batch
      if (synced) check(db_->SyncWAL());
      return;
    }
    rocksdb::WriteBatch changes;
    for (const WriteBatch::Change& change : batch.changes()) std::visit(AppendTo{changes}, change);
    rocksdb::WriteOptions options;
    options.sync = synced;
    check(db_->Write(options, &changes));
  }

  std::unique_ptr<StoreView> snapshot() const override { return std::make_unique<RocksDbSnapshot>(*db_); }
  bool durable() const override { return true; }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  Reader reader_;
};

[[noreturn]] void fail_open(const std::string& path, const rocksdb::Status& status) {
  const std::string cause = status.ToString();
  if (status.IsIOError() && cause.find("current process") != cause.npos)
    throw StoreError("the state store '" + path + "' is open in this process already: give each pipeline a folder of its own");
  if (status.IsIOError() && cause.find("LOCK") != cause.npos && cause.find("unavailable") != cause.npos)
    throw StoreError("another process has the state store '" + path + "': end it, or give this one another folder");
  throw StoreError("the state store '" + path + "' cannot be opened: " + cause);
}

}  // namespace

std::unique_ptr<Store> open_rocksdb(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw StoreError("the folder '" + path + "' of the state store cannot be made: " + error.message());
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options(), path, &db);
  if (!status.ok()) fail_open(path, status);
  return std::make_unique<RocksDbStore>(std::unique_ptr<rocksdb::DB>(db));
}

}  // namespace headrace
