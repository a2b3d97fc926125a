// Where the sources stand: for each partition, which emitted positions have settled.
//
// Positions of a partition are numbered as they are issued. The payload that counts is that of the highest position below
// which everything has settled; it goes into the store in the batch that settled it, under
// "headrace/position/<source>/<partition>". Any thread.
#pragma once
#include <deque>
#include <map>
#include <mutex>

#include "core/graph/spec.hpp"
#include "core/state/store.hpp"

namespace headrace::run {

class Positions {
 public:
  Positions(const Store& store, std::vector<std::string> sources)
      : store_(store), sources_(std::move(sources)), partitions_(sources_.size()) {}
  std::uint64_t issue(int source, Position position);
  // Into `batch`: what the settling of this position moves.
  void settle(int source, const std::string& partition, std::uint64_t number, WriteBatch& batch);
  void published();  // the batch is in the store
  std::optional<std::string> last(int source, std::string_view partition) const;
  bool all_settled(int source, std::string_view partition) const;

 private:
  struct Issued {
    bool settled = false;
    std::optional<std::string> payload;
  };
  struct Partition {
    std::uint64_t first = 0;
    std::deque<Issued> issued;
  };
  std::string key(int source, std::string_view partition) const;
  const Store& store_;
  const std::vector<std::string> sources_;
  mutable std::mutex mutex_;
  bool publishing_ = false;  // settled, and not yet in the store
  std::vector<std::map<std::string, Partition, std::less<>>> partitions_;
};

}  // namespace headrace::run
