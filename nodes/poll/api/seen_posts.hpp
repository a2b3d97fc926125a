// What is remembered of a timeline from one run to the next: the posts that were taken, the id of the newest, and how often
// posts were missing that a list had named.
//
//   SeenPosts seen(emit.last(timeline));
//   if (!seen.knows(post.id)) seen.add(post.id);
//   emit(share, {timeline, seen.payload()});
//
// The posts of the latest two windows are kept, 500 at least; 16 bytes each in the payload. Of those that were missing 1,000 at most.
// One thread.
#pragma once
#include <algorithm>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace headrace::api {

class SeenPosts {
 public:
  static constexpr std::size_t least_kept = 500, most_kept = 20'000, most_missing = 1'000;
  explicit SeenPosts(const std::optional<std::string>& payload = {});  // one that cannot be read counts as none

  SeenPosts(SeenPosts&&) = default;
  SeenPosts& operator=(SeenPosts&&) = default;

  bool knows(std::string_view id) const;
  void add(std::string_view id);  // or makes it the latest
  void set_newest(std::string id) { newest_ = std::move(id); }
  void forget_newest() { newest_.reset(); }
  void widen(std::size_t window) { kept_ = std::clamp(2 * window, kept_, most_kept); }  // so many posts were seen at once
  const std::optional<std::string>& newest() const { return newest_; }
  bool empty() const { return names_.empty() && !newest_; }  // a timeline that was never read
  int miss(std::string_view id);                             // how often it was missing, this time included
  void forget_missing_but(const std::vector<std::string>& ids);
  std::string payload() const;

 private:
  void keep(std::uint64_t name);
  std::optional<std::string> newest_;
  std::list<std::uint64_t> names_;  // the latest last
  std::unordered_map<std::uint64_t, std::list<std::uint64_t>::iterator> places_;
  std::map<std::uint64_t, int> missing_;
  std::size_t kept_ = least_kept;
};

}  // namespace headrace::api
