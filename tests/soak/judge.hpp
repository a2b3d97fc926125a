// What must have become of every link of the made-up web, held against what a run left behind.
//
//   Judge judge(sites);
//   judge.check_output(urls_of(out + "/documents.jsonl"));
//   for (const std::string& each : judge.disagreements()) ...
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/value/json.hpp"
#include "tests/soak/web.hpp"

namespace headrace::soak {

inline constexpr int retries = 2;  // as the pipelines say

using Counts = std::map<std::string, long>;

enum class LinksCome { from_a_list, from_feeds };  // the feed of a dead host is dead itself

class Judge {
 public:
  explicit Judge(const Sites& sites, LinksCome how = LinksCome::from_a_list);

  void check_output(const Counts& urls);  // every page once, by its own address; who shares one came as one
  void check_ledger(const ValueView& stats);
  void check_sum(const ValueView& stats);  // that every record ended in one way
  // `kinds`: of failed links, by their canonical address.
  void check_failures(const std::map<std::string, std::string>& kinds);
  void check_dead_letters(const std::map<std::string, std::string>& kinds, long lines);  // and that there are no others
  void check_requests(const WebLog& log, int connections_per_host);
  void same(const std::string& what, long got, long expected);
  void say(std::string what) { disagreements_.push_back(std::move(what)); }
  const std::vector<std::string>& disagreements() const { return disagreements_; }
  std::size_t pages() const { return pages_.size(); }

 private:
  struct Times {
    int least = 0, most = 0;
  };
  void expect(const Link& link);
  void expect_requests(const Link& link);
  void expect_away(const Link& link);
  bool behind_twin(const Link& link) const;
  std::string page_of(const Link& link) const;

  const Sites& sites_;
  Counts pages_, failures_;
  std::map<std::string, std::string> failing_;  // requested address to kind
  long forbidden_ = 0, copies_ = 0;
  std::map<std::string, Times> expected_requests_;
  std::vector<std::string> disagreements_;
};

// What a run left behind. A line that is torn throws.
Counts urls_of(const std::string& documents);
struct Letters {
  std::map<std::string, std::string> kinds;
  long lines = 0;
};
Letters letters_of(const std::string& dead_letters);
std::string text_of(const std::string& path);

}  // namespace headrace::soak
