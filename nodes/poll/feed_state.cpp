#include "nodes/poll/feed_state.hpp"

#include <xxhash.h>

#include <charconv>

namespace headrace {

namespace {

constexpr std::size_t digits = 16;       // of a hash in the payload
constexpr std::size_t least_kept = 500;  // entries that a feed showed earlier are remembered up to here
constexpr std::size_t longest_validator = 1024;

struct Payload {
  std::optional<std::string> etag, last_modified;
  std::string seen;
  static constexpr auto fields() {
    return std::tuple(field("etag", &Payload::etag, "As sent."), field("last_modified", &Payload::last_modified, "As sent."),
                      field("seen", &Payload::seen, "XXH3 of the entries' names, 16 hex digits each."));
  }
};

std::string hex(std::uint64_t value) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  std::string out(digits, '0');
  for (std::size_t i = digits; i-- > 0; value >>= 4) out[i] = alphabet[value & 15];
  return out;
}

std::optional<Payload> read_payload(const std::string& text) {
  try {
    return from_json<Payload>(text);
  } catch (const BadValue&) {
    return std::nullopt;
  }
}

// An entry is known by its id, else by its link, else by what it says.
std::uint64_t name_of(const FeedEntry& entry) {
  std::string name;
  if (entry.id) name = "id " + *entry.id;
  else if (entry.link) name = "link " + *entry.link;
  else {
    name = "text " + entry.title.value_or("") + '\n' + (entry.published ? format_time(*entry.published) : "");
    if (!entry.title) name += entry.summary.value_or(entry.content.value_or(""));
  }
  return XXH3_64bits(name.data(), name.size());
}

std::optional<std::string> validator(const HttpResponse& response, std::string_view name) {
  const std::string* value = response.header(name);
  if (!value || value->empty() || value->size() > longest_validator) return std::nullopt;
  return *value;
}

}  // namespace

FeedState::FeedState(const std::optional<std::string>& payload) {
  const auto stored = payload ? read_payload(*payload) : std::nullopt;
  if (!stored) return;
  etag_ = stored->etag;
  last_modified_ = stored->last_modified;
  for (std::size_t at = 0; at + digits <= stored->seen.size(); at += digits) {
    std::uint64_t value = 0;
    std::from_chars(stored->seen.data() + at, stored->seen.data() + at + digits, value, 16);
    if (known_.insert(value).second) seen_.push_back(value);
  }
}

std::vector<HttpHeader> FeedState::conditions() const {
  std::vector<HttpHeader> out;
  if (etag_) out.push_back({"If-None-Match", *etag_});
  if (last_modified_) out.push_back({"If-Modified-Since", *last_modified_});
  return out;
}

std::vector<std::size_t> FeedState::take(const HttpResponse& response, const std::vector<FeedEntry>& entries) {
  etag_ = validator(response, "etag");
  last_modified_ = validator(response, "last-modified");
  std::vector<std::size_t> fresh;
  std::vector<std::uint64_t> answer;
  std::unordered_set<std::uint64_t> in_answer;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::uint64_t name = name_of(entries[i]);
    if (!in_answer.insert(name).second) continue;
    answer.push_back(name);
    if (!known_.contains(name)) fresh.push_back(i);
  }
  remember(std::move(answer));
  return fresh;
}

void FeedState::refresh(const HttpResponse& not_modified) {
  if (auto etag = validator(not_modified, "etag")) etag_ = std::move(etag);
  if (auto modified = validator(not_modified, "last-modified")) last_modified_ = std::move(modified);
}

// What fell out of the feed is kept for a while: servers behind a balancer show older answers again.
void FeedState::remember(std::vector<std::uint64_t> answer) {
  const std::size_t most = std::max(least_kept, 2 * answer.size());
  known_ = {answer.begin(), answer.end()};
  for (const std::uint64_t name : seen_)
    if (answer.size() < most && known_.insert(name).second) answer.push_back(name);
  seen_ = std::move(answer);
}

std::string FeedState::payload() const {
  Payload out{etag_, last_modified_, {}};
  out.seen.reserve(seen_.size() * digits);
  for (const std::uint64_t name : seen_) out.seen += hex(name);
  return to_json(out);
}

}  // namespace headrace
