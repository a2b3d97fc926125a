#include "nodes/robots/robots_record.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "nodes/robots/robots_txt.hpp"

namespace headrace {

namespace {

constexpr std::array<std::string_view, 7> standings = {"found",        "missing",   "redirected", "rate_limited",
                                                       "server_error", "no_answer", "given_up"};

Time after(const Time& now, Duration wait) { return {now.at + std::chrono::duration_cast<std::chrono::microseconds>(wait)}; }

RobotsStanding standing_of(const RobotsAnswer& answer, bool has_copy) {
  if (!answer.status) return RobotsStanding::no_answer;
  const int status = *answer.status;
  if (status == 429) return RobotsStanding::rate_limited;
  if (answer.redirects > robots_life::most_redirects) return RobotsStanding::redirected;
  if (status == 304) return has_copy ? RobotsStanding::found : RobotsStanding::missing;
  switch (status / 100) {
    case 2: return RobotsStanding::found;
    case 3: return RobotsStanding::redirected;
    case 4: return RobotsStanding::missing;
    default: return RobotsStanding::server_error;
  }
}

void keep_text(RobotsRecord& record, RobotsAnswer answer, const Time& now) {
  record.copied = now;
  if (*answer.status == 304) return;
  if (answer.body.size() > RobotsTxt::most_bytes) answer.body.resize(RobotsTxt::most_bytes);
  record.text = std::move(answer.body);
}

// A server that fails is left in peace for a while. The network may be there again in a moment, and it is the client that leaves
// a dead host alone: the next request asks again.
Duration wait_after_failure(const RobotsAnswer& answer) {
  if (!answer.status && !answer.retry_after) return Duration::zero();
  return std::clamp(answer.retry_after.value_or(robots_life::retried), robots_life::retried_least, robots_life::kept_most);
}

// A row of failures goes on until something else comes; after 30 days of it nobody waits any more.
void count_failure(RobotsRecord& record, const RobotsAnswer& answer, const Time& now) {
  record.failing_since = std::min(record.failing_since.value_or(now), now);
  record.until = after(now, wait_after_failure(answer));
  if (now.at - record.failing_since->at < robots_life::given_up) return;
  record.standing = RobotsStanding::given_up;
  record.until = after(now, robots_life::kept);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool same_word(std::string_view text, std::string_view word) {  // `word` in lower case
  return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == b; });
}

std::optional<Duration> seconds_of(std::string_view text) {
  if (text.size() > 1 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (end != text.data() + text.size() || text.empty()) return {};
  return error == std::errc() ? std::chrono::seconds(seconds) : robots_life::kept_most;
}

}  // namespace

void Codec<RobotsStanding>::write(JsonWriter& writer, RobotsStanding value) { writer.string(standings[static_cast<std::size_t>(value)]); }

RobotsStanding Codec<RobotsStanding>::read(const ValueView& view) {
  const auto found = std::find(standings.begin(), standings.end(), view.string());
  if (found == standings.end()) view.fail("is no standing of a robots.txt");
  return static_cast<RobotsStanding>(found - standings.begin());
}

bool RobotsRecord::fresh(const Time& now) const { return now < until && until.at - now.at <= robots_life::kept_most; }

bool RobotsRecord::defers() const {
  return standing == RobotsStanding::rate_limited || standing == RobotsStanding::server_error || standing == RobotsStanding::no_answer;
}

RobotsRecord record_after(const RobotsRecord* known, RobotsAnswer answer, const Time& now) {
  RobotsRecord record = known ? *known : RobotsRecord();
  record.standing = standing_of(answer, record.copied.has_value());
  record.status = answer.status;
  record.checked = now;
  if (record.defers()) return count_failure(record, answer, now), record;
  record.failing_since.reset();
  record.until = after(now, std::clamp(answer.max_age.value_or(robots_life::kept), robots_life::kept_least, robots_life::kept_most));
  if (record.standing == RobotsStanding::found) return keep_text(record, std::move(answer), now), record;
  record.copied.reset();
  record.text = {};
  return record;
}

std::optional<Duration> max_age_of(std::string_view cache_control) {
  std::optional<Duration> least;
  const auto take = [&](Duration age) { least = std::min(age, least.value_or(age)); };
  while (!cache_control.empty()) {
    const std::size_t comma = std::min(cache_control.find(','), cache_control.size());
    const std::string_view directive = trimmed(cache_control.substr(0, comma));
    cache_control.remove_prefix(std::min(comma + 1, cache_control.size()));
    const std::size_t equals = std::min(directive.find('='), directive.size());
    if (same_word(directive, "no-cache") || same_word(directive, "no-store")) take(Duration::zero());
    else if (same_word(directive.substr(0, equals), "max-age") && equals < directive.size())
      take(seconds_of(directive.substr(equals + 1)).value_or(Duration::zero()));
  }
  return least;
}

std::string robots_url(const Url& url) {
  return url.scheme + "://" + url.host + (url.port ? ':' + std::to_string(*url.port) : std::string()) + "/robots.txt";
}

std::string robots_keys_of(std::string_view host) { return "robots/" + std::string(host) + ':'; }

std::string robots_key(const Url& url) { return robots_keys_of(url.host) + std::to_string(url.effective_port()) + '/' + url.scheme; }

}  // namespace headrace
