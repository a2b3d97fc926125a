#include "tests/soak/judge.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace headrace::soak {
namespace {

long total(const Counts& counts) {
  long out = 0;
  for (const auto& [name, count] : counts) out += count;
  return out;
}

long number(const ValueView& of, std::string_view name) {
  const auto member = of.member(name);
  return member ? static_cast<long>(member->number()) : 0;
}

template <class Visit>
long each_line(const std::string& path, const Visit& visit) {
  std::ifstream file(path);
  long count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    const JsonDocument document(line);
    visit(document.root());
  }
  return count;
}

}  // namespace

Judge::Judge(const Sites& sites, LinksCome how) : sites_(sites) {
  for (int i = 0; i < sites_.size(); ++i)
    if (how == LinksCome::from_a_list || sites_.host_kind(i) != Host::dead) expect(sites_.link(i));
}

void Judge::check_output(const Counts& urls) {
  for (const auto& [url, count] : urls) {
    if (!pages_.contains(url)) say(url + " is in the output and should not");
    else if (count != 1) say(url + " is in the output " + std::to_string(count) + " times");
  }
  for (const auto& [url, links] : pages_)
    if (!urls.contains(url)) say(url + " is missing in the output");
}

void Judge::check_sum(const ValueView& stats) {
  const ValueView records = *stats.member("records");
  same("admitted", number(records, "admitted"),
       number(records, "done") + number(records, "dropped") + number(records, "failed") + number(records, "cancelled"));
}

void Judge::check_ledger(const ValueView& stats) {
  const ValueView records = *stats.member("records");
  same("admitted", number(records, "admitted"), sites_.size());
  same("done", number(records, "done"), static_cast<long>(pages_.size()));
  same("failed", number(records, "failed"), total(failures_));
  same("cancelled", number(records, "cancelled"), 0);
  const ValueView dropped = *stats.member("dropped");
  same("dropped: robots", number(dropped, "robots"), forbidden_);
  same("dropped: duplicate, seen or retry_later", number(dropped, "duplicate") + number(dropped, "seen") + number(dropped, "retry_later"), copies_);
  same("dropped", number(records, "dropped"), forbidden_ + copies_);
  const auto failed = stats.member("failed")->member("fetch");
  for (const auto& [kind, count] : failures_) same("failed: " + kind, failed ? number(*failed, kind) : 0, count);
}

void Judge::check_dead_letters(const std::map<std::string, std::string>& kinds, long lines) {
  same("dead letters", lines, total(failures_));
  check_failures(kinds);
}

void Judge::check_failures(const std::map<std::string, std::string>& kinds) {
  for (const auto& [url, kind] : failing_) {
    const auto letter = kinds.find(url);
    if (letter == kinds.end()) say(url + " has no dead letter");
    else if (letter->second != kind) say(url + " failed as '" + letter->second + "', not as '" + kind + "'");
  }
}

void Judge::check_requests(const WebLog& log, int connections_per_host) {
  for (const auto& [host, most] : log.at_once)
    if (most > connections_per_host) say(host + " had " + std::to_string(most) + " requests at once");
  for (const auto& [what, times] : expected_requests_) {
    const auto asked = log.requests.find(what);
    const int count = asked == log.requests.end() ? 0 : asked->second;
    if (count < times.least || count > times.most)
      say(what + " was asked for " + std::to_string(count) + " times, not " + std::to_string(times.least) + " to " + std::to_string(times.most));
  }
  for (const auto& [what, count] : log.requests)
    if (!expected_requests_.contains(what) && sites_.host_kind(std::atoi(what.c_str() + 1)) != Host::dead) say(what + " was asked for");
}

void Judge::same(const std::string& what, long got, long expected) {
  if (got != expected) say(what + ": " + std::to_string(got) + ", not " + std::to_string(expected));
}

void Judge::expect(const Link& link) {
  if (link.host_kind == Host::usual || link.host_kind == Host::without_robots) expected_requests_[link.host + "/robots.txt"] = {1, 1};
  if (link.host_kind == Host::broken_robots) expected_requests_[link.host + "/robots.txt"] = {1, 1 + retries};
  expect_requests(link);
  if (const std::string kind = failure_of(link); !kind.empty()) {
    failing_.emplace(sites_.address(link.host, link.path), kind).second ? ++failures_[kind] : ++copies_;
    return;
  }
  if (link.what == What::forbidden && link.host_kind == Host::usual) {
    ++forbidden_;
    return;
  }
  if (pages_[page_of(link)]++ > 0) ++copies_;
}

void Judge::expect_requests(const Link& link) {
  const int times = requests_of(link, retries);
  // Of a twin and its page the second is not asked for when the first has settled before it comes.
  const bool one_of_two = link.what == What::twin || (behind_twin(link));
  Times& path = expected_requests_[link.host + link.path];
  if (link.what == What::spelled) {
    path.most += times;
    path.least = path.most > 0 ? 1 : 0;
    path.most = std::min(path.most, 1);
    return;
  }
  path.least = std::max(path.least, one_of_two ? 0 : times);
  const bool to_dead = link.what == What::away && link.next_kind == Host::dead;
  path.most = std::max(path.most, to_dead ? times + retries : times);
  const bool fetched = times > 0;
  if (fetched && link.what == What::moved) expected_requests_[link.host + "/page/" + std::to_string(link.number)] = {1, 1};
  if (fetched && link.what == What::away) expect_away(link);
}

void Judge::expect_away(const Link& link) {
  const Host kind = sites_.host_kind(link.number + 1);
  if (kind == Host::usual || kind == Host::without_robots) expected_requests_[sites_.host(link.number + 1) + "/page/" + std::to_string(link.number)] = {1, 1};
}

bool Judge::behind_twin(const Link& link) const {
  const int before = link.number - sites_.behind(0);
  return before >= 0 && sites_.link(before).what == What::twin;
}

std::string Judge::page_of(const Link& link) const {
  switch (link.what) {
    case What::moved: return sites_.address(link.host, "/page/" + std::to_string(link.number));
    case What::away: return sites_.address(sites_.host(link.number + 1), "/page/" + std::to_string(link.number));
    case What::twin:
    case What::spelled: return sites_.address(link.host, "/page/" + std::to_string(sites_.behind(link.number)));
    default: return sites_.address(link.host, link.path);
  }
}

Counts urls_of(const std::string& documents) {
  Counts out;
  each_line(documents, [&](const ValueView& line) { ++out[std::string(line.member("url")->string())]; });
  return out;
}

Letters letters_of(const std::string& dead_letters) {
  Letters out;
  out.lines = each_line(dead_letters, [&](const ValueView& line) {
    const auto inputs = line.member("inputs");
    out.kinds[std::string(inputs->member("canonical")->member("url")->string())] = std::string(line.member("error")->member("kind")->string());
  });
  return out;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace headrace::soak
