// The keyed state of one instance of a stateful node: the store, with the changes of records that have not settled laid over
// it. A step has one instance, a sharded step one for each shard.
//
// Calls of an instance are one at a time and numbered; the number is the ticket of the record. The settler commits only sets of
// records that hold every ticket up to some number, so the store always has the state after some prefix of the calls.
#pragma once
#include <map>
#include <mutex>

#include "core/run/record.hpp"
#include "core/state/store.hpp"

namespace headrace::run {

class StateTable final : public StateAccess {
 public:
  // `name`: "story", or "story#3" for a shard.
  StateTable(Store& store, const std::string& name, int instance)
      : store_(store), prefix_("headrace/state/" + name + "/"), instance_(instance) {}

  void begin(Record& record);  // of a call; draws its ticket
  void end() { record_ = nullptr; }
  void commit(const StateChange& change, WriteBatch& batch) const;
  void committed(const StateChange& change);  // the batch is in the store

  std::optional<std::string> get(std::string_view key) override;
  void put(std::string key, std::string value) override { change(std::move(key), std::move(value)); }
  void remove(std::string key) override { change(std::move(key), std::nullopt); }
  void scan(std::string_view prefix, const std::function<void(std::string_view, std::string_view)>& visit) override;
  int stored_version() override { return stored_version_; }
  void found_version(int version) { stored_version_ = version; }

 private:
  struct Pending {
    std::optional<std::string> value;
    std::uint64_t ticket;
  };
  void change(std::string key, std::optional<std::string> value);
  Store& store_;
  const std::string prefix_;
  const int instance_;
  int stored_version_ = 0;
  Record* record_ = nullptr;
  std::uint64_t next_ticket_ = 0, ticket_ = 0;
  std::mutex mutex_;  // of the overlay: calls lay on, the settler takes off
  std::map<std::string, Pending, std::less<>> overlay_;
};

}  // namespace headrace::run
