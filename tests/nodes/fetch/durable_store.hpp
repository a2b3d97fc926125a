// A store in memory that says it is durable, counts its writes, and can break.
#pragma once
#include <memory>

#include "core/state/store.hpp"

namespace headrace::testing {

class DurableStore final : public Store {
 public:
  std::optional<std::string> get(std::string_view key) const override { return below_->get(key); }
  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override { return below_->multi_get(keys); }
  void scan(std::string_view prefix, const Visit& visit) const override { below_->scan(prefix, visit); }
  void write(const WriteBatch& batch, Durability durability) override {
    if (broken) throw StoreError("the disk is full");
    ++writes;
    below_->write(batch, durability);
  }
  std::unique_ptr<StoreView> snapshot() const override { return below_->snapshot(); }
  bool durable() const override { return true; }
  int writes = 0;
  bool broken = false;

 private:
  std::unique_ptr<Store> below_ = make_memory_store();
};

}  // namespace headrace::testing
