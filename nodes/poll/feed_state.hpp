// What a poller remembers of one feed: the validators of its last answer and the entries that it has shown.
//
//   FeedState state(emit.last(url));
//   for (const std::size_t i : state.take(response, entries)) ...   // the new ones
//   emit(last_entry, {url, state.payload()});
//
// One thread. A few kilobytes for a usual feed; at most 16 bytes an entry of its two largest answers.
#pragma once
#include <unordered_set>

#include "nodes/fetch/http_client.hpp"
#include "nodes/values.hpp"

namespace headrace {

class FeedState {
 public:
  FeedState() = default;
  explicit FeedState(const std::optional<std::string>& payload);  // one that cannot be read counts as none

  std::vector<HttpHeader> conditions() const;  // If-None-Match and If-Modified-Since, verbatim

  // Takes an answer with a body: keeps its validators, and gives the indices of the entries that were not seen before.
  std::vector<std::size_t> take(const HttpResponse& response, const std::vector<FeedEntry>& entries);
  void refresh(const HttpResponse& not_modified);  // a 304 may renew validators

  std::string payload() const;

 private:
  void remember(std::vector<std::uint64_t> answer);
  std::optional<std::string> etag_, last_modified_;
  std::vector<std::uint64_t> seen_;  // the last answer's first
  std::unordered_set<std::uint64_t> known_;
};

}  // namespace headrace
