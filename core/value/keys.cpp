#include "core/value/keys.hpp"

#include <map>

namespace headrace {

namespace {
std::map<std::string_view, KeyInfo>& keys() {
  static std::map<std::string_view, KeyInfo> all;
  return all;
}
std::vector<std::string>& conflicts() {
  static std::vector<std::string> all;
  return all;
}
std::string place(const KeyInfo& key) { return std::string(key.file) + ":" + std::to_string(key.line); }
}  // namespace

bool declare_key(const KeyInfo& key) {
  const auto [known, fresh] = keys().emplace(key.name, key);
  if (!fresh && *known->second.type->id != *key.type->id)
    conflicts().push_back("key '" + std::string(key.name) + "' has two types: " + place(known->second) + " and " + place(key));
  return true;
}

const KeyInfo* find_key(std::string_view name) {
  const auto found = keys().find(name);
  return found == keys().end() ? nullptr : &found->second;
}

std::vector<const KeyInfo*> vocabulary() {
  std::vector<const KeyInfo*> all;
  for (const auto& [name, key] : keys()) all.push_back(&key);
  return all;
}

std::vector<std::string> vocabulary_conflicts() { return conflicts(); }

}  // namespace headrace
