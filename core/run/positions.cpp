#include "core/run/positions.hpp"

namespace headrace::run {

std::string Positions::key(int source, std::string_view partition) const {
  return "headrace/position/" + sources_[static_cast<std::size_t>(source)] + "/" + std::string(partition);
}

std::uint64_t Positions::issue(int source, Position position) {
  const std::lock_guard lock(mutex_);
  Partition& partition = partitions_[static_cast<std::size_t>(source)][std::move(position.partition)];
  partition.issued.push_back({false, std::move(position.payload)});
  return partition.first + partition.issued.size() - 1;
}

void Positions::settle(int source, const std::string& name, std::uint64_t number, WriteBatch& batch) {
  const std::lock_guard lock(mutex_);
  auto& partitions = partitions_[static_cast<std::size_t>(source)];
  const auto found = partitions.find(name);
  Partition& partition = found->second;
  partition.issued[number - partition.first].settled = true;
  std::optional<std::string> payload;
  while (!partition.issued.empty() && partition.issued.front().settled) {
    if (partition.issued.front().payload) payload = std::move(partition.issued.front().payload);
    partition.issued.pop_front();
    ++partition.first;
  }
  if (partition.issued.empty()) partitions.erase(found);  // nobody holds a number of it: a source may have many partitions
  if (payload) batch.put(key(source, name), std::move(*payload));
  publishing_ = true;
}

void Positions::published() {
  const std::lock_guard lock(mutex_);
  publishing_ = false;
}

std::optional<std::string> Positions::last(int source, std::string_view partition) const { return store_.get(key(source, partition)); }

bool Positions::all_settled(int source, std::string_view partition) const {
  const std::lock_guard lock(mutex_);
  if (publishing_) return false;
  const auto& partitions = partitions_[static_cast<std::size_t>(source)];
  const auto found = partitions.find(partition);
  return found == partitions.end() || found->second.issued.empty();
}

}  // namespace headrace::run
