// What the suites of stores share: a folder that goes, a map that says what a store must hold, random changes.
#pragma once
#include <doctest/doctest.h>
#include <stdlib.h>

#include <array>
#include <filesystem>
#include <map>

#include "core/run/random.hpp"
#include "core/state/counter.hpp"
#include "core/state/store.hpp"

namespace headrace::testing {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "headrace_store_XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

using Model = std::map<std::string, std::string, std::less<>>;

inline Model contents(const StoreView& view, std::string_view prefix = "") {
  Model out;
  std::string last;
  view.scan(prefix, [&](std::string_view key, std::string_view value) {
    CHECK((out.empty() || last < key));
    last = key;
    out.emplace(key, value);
    return true;
  });
  return out;
}

inline Model with_prefix(const Model& model, std::string_view prefix) {
  Model out;
  for (const auto& [key, value] : model)
    if (key.starts_with(prefix)) out.emplace(key, value);
  return out;
}

inline void apply_to(Model& model, const WriteBatch& batch) {
  for (const auto& change : batch.changes()) {
    if (const auto* put = std::get_if<WriteBatch::Put>(&change)) model[put->key] = put->value;
    else if (const auto* remove = std::get_if<WriteBatch::Remove>(&change)) model.erase(remove->key);
    else if (const auto* add = std::get_if<WriteBatch::Add>(&change)) model[add->key] = counter_sum(model[add->key], add->amount);
  }
}

// Few keys, so that changes meet; bytes at both ends of the range, so that order and prefixes are tried.
inline std::string random_key(RandomNumbers& random) {
  constexpr std::array<char, 6> kBytes = {'\0', '/', 'a', 'b', '\xFE', '\xFF'};
  std::string key;
  for (std::uint64_t i = random.below(4); i > 0; --i) key += kBytes[random.below(kBytes.size())];
  return key;
}

inline WriteBatch random_batch(RandomNumbers& random) {
  WriteBatch batch;
  for (std::uint64_t i = random.below(8); i > 0; --i) {
    switch (random.below(4)) {
      case 0: batch.remove(random_key(random)); break;
      case 1: batch.put(random_key(random), std::string(random.below(40), static_cast<char>(random.next()))); break;
      case 2: batch.put(random_key(random), std::to_string(random.next())); break;
      default: batch.add(random_key(random), static_cast<std::int64_t>(random.next())); break;
    }
  }
  return batch;
}

inline void write(Store& store, std::string key, std::string value, Durability durability = Durability::buffered) {
  WriteBatch batch;
  batch.put(std::move(key), std::move(value));
  store.write(batch, durability);
}

}  // namespace headrace::testing
