// What is known of the robots.txt of one host, and what an answer makes of it: the rules of RFC 9309, section 2.3 and 2.4.
//
//   RobotsRecord record = record_after(known ? &*known : nullptr, {.status = 503}, now);
//   record.standing;   // server_error: nothing is fetched before record.until
//
// Values and functions of them: no IO, no clock. to_json() of a record survives a restart under robots_key().
#pragma once
#include "core/value/value.hpp"
#include "nodes/url/url.hpp"

namespace headrace {

// Why the robots.txt of a host is believed to say what it says.
enum class RobotsStanding : std::uint8_t {
  found,         // 2xx: its text holds
  missing,       // 4xx: everything is allowed
  redirected,    // further than is followed, or nowhere: everything is allowed
  rate_limited,  // 429: nothing is allowed for a while
  server_error,  // 5xx: nothing is allowed for a while
  no_answer,     // no name, no connection, no answer in time: nothing is allowed before there is one
  given_up,      // one of the last three for 30 days: its last text holds, or everything is allowed when there is none
};

template <> struct Codec<RobotsStanding> {  // in words
  static void write(JsonWriter& writer, RobotsStanding value);
  static RobotsStanding read(const ValueView& view);
  static std::string name() { return "string"; }
};

struct RobotsAnswer {
  std::optional<int> status{};        // absent: no answer came, or none that can be read
  int redirects = 0;                  // that were followed to get it
  std::optional<Duration> max_age{};  // max_age_of() its Cache-Control
  std::optional<Duration> retry_after{};
  std::string body{};  // of a 2xx; RobotsTxt::most_bytes of it are enough
};

struct RobotsRecord {
  RobotsStanding standing = RobotsStanding::no_answer;
  std::optional<int> status;
  Time checked, until;                // it is believed from then, and asked for again from then on
  std::optional<Time> failing_since;  // of the first answer of a row of failures
  std::optional<Time> copied;         // when `text` was fetched
  Bytes text;                         // the last that was found
  static constexpr auto fields() {
    return std::tuple(field("standing", &RobotsRecord::standing,
                            "found, missing, redirected, rate_limited, server_error, no_answer or given_up.", required()),
                      field("status", &RobotsRecord::status, "HTTP status of the last answer."),
                      field("checked", &RobotsRecord::checked, "When it was last asked for.", required()),
                      field("until", &RobotsRecord::until, "When it will be asked for again.", required()),
                      field("failing_since", &RobotsRecord::failing_since, "When it began to fail."),
                      field("copied", &RobotsRecord::copied, "When the text was fetched."),
                      field("text", &RobotsRecord::text, "The last text that was found."));
  }
  bool fresh(const Time& now) const;  // false as well when the clock went back further than a record lasts
  bool defers() const;                // nothing is allowed for a while
};

namespace robots_life {
inline constexpr int most_redirects = 5;
inline constexpr Duration kept = std::chrono::hours(12), kept_least = std::chrono::hours(1), kept_most = std::chrono::hours(24);
inline constexpr Duration retried = std::chrono::hours(1), retried_least = std::chrono::minutes(1);  // unless Retry-After says when
inline constexpr Duration given_up = std::chrono::hours(24 * 30);
}  // namespace robots_life

// `known` is null when nothing was known of the host.
RobotsRecord record_after(const RobotsRecord* known, RobotsAnswer answer, const Time& now);

// How long a Cache-Control header lets an answer be kept; zero for no-cache and no-store, nothing when it does not say.
std::optional<Duration> max_age_of(std::string_view cache_control);

std::string robots_url(const Url& url);             // where the robots.txt of its host is: "https://example.org:8443/robots.txt"
std::string robots_key(const Url& url);             // "robots/example.org:443/https": the name of its host in a cache and in a Store
std::string robots_keys_of(std::string_view host);  // what the keys of one host name begin with: "robots/example.org:"

}  // namespace headrace
