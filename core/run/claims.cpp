#include "core/run/claims.hpp"

#include "core/node.hpp"

namespace headrace {

bool Mark::claim(std::string name) const { return !claims_ || claims_->claim(std::move(name), *claimant_); }

namespace run {
namespace {

bool is_or_is_below(const Record& record, std::uint64_t id) {
  for (const Record* at = &record; at; at = at->parent)
    if (at->id == id) return true;
  return false;
}

}  // namespace

bool Claims::claim(std::string name, Record& record) {
  const std::lock_guard lock(mutex_);
  const auto [known, fresh] = holder_of_.try_emplace(std::move(name), record.id);
  const std::uint64_t holder = in_charge(known->second);
  if (!fresh && !is_or_is_below(record, holder)) {
    record.yields_to = holder;
    if (!record.claims.empty()) yielded_[record.id] = holder;
    return false;
  }
  if (holder != record.id || (!fresh && known->second == record.id)) return true;  // its parent's, or its own already
  known->second = record.id;
  record.claims.push_back(known->first);
  holders_.insert(record.id);
  if (record.yields()) yielded_[record.id] = record.yields_to;
  return true;
}

// Nobody yields to itself in the end: whoever asks for what leads back to it is given it.
std::uint64_t Claims::in_charge(std::uint64_t holder) const {
  for (auto at = yielded_.find(holder); at != yielded_.end(); at = yielded_.find(holder)) holder = at->second;
  return holder;
}

bool Claims::holds(std::uint64_t record) const {
  const std::lock_guard lock(mutex_);
  return holders_.contains(record);
}

void Claims::release(std::uint64_t record, const std::vector<std::string>& names) {
  const std::lock_guard lock(mutex_);
  for (const std::string& name : names)
    if (const auto known = holder_of_.find(name); known != holder_of_.end() && known->second == record) holder_of_.erase(known);
  holders_.erase(record);
  yielded_.erase(record);
}

}  // namespace run
}  // namespace headrace
