#include "nodes/poll/api/seen_posts.hpp"

#include <xxhash.h>

#include <algorithm>
#include <charconv>

#include "core/value/codec.hpp"

namespace headrace::api {

namespace {

constexpr std::size_t digits = 16;  // of a name in the payload
constexpr int most_counted = 9;

struct Payload {
  std::optional<std::string> newest;
  std::string seen, missing;
  static constexpr auto fields() {
    return std::tuple(field("newest", &Payload::newest, "Id of the newest post."),
                      field("seen", &Payload::seen, "XXH3 of the ids, 16 hex digits each, the latest last."),
                      field("missing", &Payload::missing, "The same of posts that were not there, each with how often, one digit."));
  }
};

void append_hex(std::string& out, std::uint64_t value) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out += alphabet[value >> shift & 15];
}

std::optional<Payload> read_payload(const std::string& text) {
  try {
    return from_json<Payload>(text);
  } catch (const BadValue&) {
    return std::nullopt;
  }
}

std::uint64_t read_hex(const char* at) {
  std::uint64_t out = 0;
  std::from_chars(at, at + digits, out, 16);
  return out;
}

std::uint64_t name_of(std::string_view id) { return XXH3_64bits(id.data(), id.size()); }

}  // namespace

SeenPosts::SeenPosts(const std::optional<std::string>& payload) {
  auto stored = payload ? read_payload(*payload) : std::nullopt;
  if (!stored) return;
  newest_ = std::move(stored->newest);
  widen((stored->seen.size() / digits + 1) / 2);
  for (std::size_t at = 0; at + digits <= stored->seen.size(); at += digits) keep(read_hex(stored->seen.data() + at));
  for (std::size_t at = 0; at + digits < stored->missing.size(); at += digits + 1)
    missing_[read_hex(stored->missing.data() + at)] = std::clamp(stored->missing[at + digits] - '0', 0, most_counted);
}

bool SeenPosts::knows(std::string_view id) const { return places_.contains(name_of(id)); }

void SeenPosts::add(std::string_view id) {
  missing_.erase(name_of(id));
  keep(name_of(id));
}

int SeenPosts::miss(std::string_view id) {
  if (missing_.size() >= most_missing) missing_.clear();
  int& times = missing_[name_of(id)];
  return times = std::min(times + 1, most_counted);
}

void SeenPosts::forget_missing_but(const std::vector<std::string>& ids) {
  if (missing_.empty()) return;
  std::map<std::uint64_t, int> still;
  for (const std::string& id : ids)
    if (const auto known = missing_.find(name_of(id)); known != missing_.end()) still.insert(*known);
  missing_ = std::move(still);
}

void SeenPosts::keep(std::uint64_t name) {
  if (const auto known = places_.find(name); known != places_.end()) return names_.splice(names_.end(), names_, known->second);
  places_.emplace(name, names_.insert(names_.end(), name));
  while (names_.size() > kept_) {
    places_.erase(names_.front());
    names_.pop_front();
  }
}

std::string SeenPosts::payload() const {
  Payload out{newest_, {}, {}};
  out.seen.reserve(names_.size() * digits);
  for (const std::uint64_t name : names_) append_hex(out.seen, name);
  for (const auto& [name, times] : missing_) {
    append_hex(out.missing, name);
    out.missing += static_cast<char>('0' + times);
  }
  return to_json(out);
}

}  // namespace headrace::api
