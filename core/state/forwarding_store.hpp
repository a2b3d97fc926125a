// A store that does what another one does: the base of resources that open an engine, and of wrappers around one, which
// override what they change.
#pragma once
#include "core/state/store.hpp"

namespace headrace {

class ForwardingStore : public Store {
 public:
  explicit ForwardingStore(std::shared_ptr<Store> inner) : inner_(std::move(inner)) {}
  std::optional<std::string> get(std::string_view key) const override { return inner_->get(key); }
  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override { return inner_->multi_get(keys); }
  void scan(std::string_view prefix, const Visit& visit) const override { inner_->scan(prefix, visit); }
  void scan_from(std::string_view prefix, std::string_view from, const Visit& visit) const override {
    inner_->scan_from(prefix, from, visit);
  }
  void write(const WriteBatch& batch, Durability durability) override { inner_->write(batch, durability); }
  std::unique_ptr<StoreView> snapshot() const override { return inner_->snapshot(); }
  bool durable() const override { return inner_->durable(); }
  bool expires() const override { return inner_->expires(); }

 protected:
  Store& inner() const { return *inner_; }

 private:
  std::shared_ptr<Store> inner_;
};

}  // namespace headrace
