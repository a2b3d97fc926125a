// Answers of a step, kept in the pipeline's store under what they depend on: the node, its version, its configuration and
// resources, and its inputs. What is kept is derived, so it is written at once and buffered, outside the batches in which
// records settle. Two calls with the same inputs at the same time are both made. Any thread; nothing here throws: a store that
// does not answer is an empty cache.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/plan.hpp"
#include "core/state/store.hpp"

namespace headrace::run {

class Cache {
 public:
  static constexpr std::string_view prefix = "headrace/cache/";
  Cache(const Step& step, const TypeInfo& type, Store& store);  // all of them outlive this

  // `inputs` as the step's node gets them. `document` counts for a node that asks for it.
  std::string key_of(const void* const* inputs, std::string_view document) const;
  bool find(const std::string& key, const Time& now, void* into) const noexcept;  // constructs a value there when it is true
  void keep(const std::string& key, const Time& now, const void* value) const noexcept;

 private:
  const Step& step_;
  const TypeInfo& type_;
  Store& store_;
};

// Removes what has expired, of whatever step; as much of it as the store lets.
void sweep_cache(Store& store, const Time& now) noexcept;

}  // namespace headrace::run
