#include "nodes/poll/entry_names.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <unordered_set>

namespace headrace {

namespace {

constexpr std::size_t least_kept = 200;
constexpr std::size_t longest_text = 4096;  // of a summary that stands for a title

std::uint64_t hash_of(std::string_view text) { return std::max<std::uint64_t>(XXH3_64bits(text.data(), text.size()), 1); }

std::string date_of(const FeedEntry& entry) { return entry.published ? format_time(*entry.published) : ""; }

// Sites change to https, and their links with them.
std::string_view without_scheme(std::string_view link) {
  const auto scheme = link.find("://");
  return scheme == std::string_view::npos ? link : link.substr(scheme + 3);
}

std::string text_of(const FeedEntry& entry) {
  if (entry.title) return *entry.title;
  return entry.summary.value_or(entry.content.value_or("")).substr(0, longest_text);
}

}  // namespace

EntryNames::Name EntryNames::name_of(const FeedEntry& entry) {
  const std::string text = text_of(entry), date = date_of(entry);
  Name out;
  if (entry.id) out.first = hash_of("id " + *entry.id);
  else if (entry.link) out.first = hash_of("link " + *entry.link);
  else out.first = hash_of("text " + date + '\n' + text);
  if (text.empty()) return out;
  if (!date.empty()) out.second = hash_of("dated " + date + '\n' + text);
  else if (entry.link) out.second = hash_of("linked " + std::string(without_scheme(*entry.link)) + '\n' + text);
  return out;
}

EntryNames::EntryNames(std::string_view bytes) {
  if (bytes.size() % sizeof(Name) != 0) return;
  known_.resize(bytes.size() / sizeof(Name));
  if (!known_.empty()) std::memcpy(known_.data(), bytes.data(), bytes.size());
}

std::string EntryNames::bytes() const {
  std::string out(known_.size() * sizeof(Name), '\0');
  if (!known_.empty()) std::memcpy(out.data(), known_.data(), out.size());
  return out;
}

EntryNames::Taken EntryNames::take(const std::vector<FeedEntry>& entries) {
  std::vector<Name> answer;
  std::vector<std::size_t> places;  // of `answer` in `entries`
  std::unordered_set<std::uint64_t> firsts;
  std::unordered_map<std::uint64_t, int> seconds;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Name name = name_of(entries[i]);
    if (!firsts.insert(name.first).second) continue;
    answer.push_back(name);
    places.push_back(i);
    ++seconds[name.second];
  }
  for (Name& name : answer)
    if (seconds.at(name.second) > 1) name.second = 0;

  std::unordered_set<std::uint64_t> known;
  for (const Name& name : known_) known.insert({name.first, name.second});
  known.erase(0);
  Taken out{{}, answer.size()};
  for (std::size_t i = 0; i < answer.size(); ++i)
    if (!known.contains(answer[i].first) && !known.contains(answer[i].second)) out.fresh.push_back(places[i]);

  const std::size_t most = std::max(least_kept, 2 * answer.size());
  for (const Name& name : known_)
    if (answer.size() < most && firsts.insert(name.first).second) answer.push_back(name);
  known_ = std::move(answer);
  return out;
}

}  // namespace headrace
