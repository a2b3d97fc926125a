// `headrace show host NAME --state DIR`: what the HTTP client has learnt of a host, at each of its origins.
#include "core/state/state_view.hpp"
#include "nodes/fetch/host_record.hpp"
#include "nodes/robots/robots_record.hpp"
#include "nodes/robots/robots_txt.hpp"

namespace headrace {
namespace {

struct RobotsSeen {
  std::string robots_of;
  RobotsStanding standing = RobotsStanding::no_answer;
  std::optional<int> status;
  Time checked, until;
  std::optional<Time> failing_since, copied;
  std::uint64_t bytes = 0;
  static constexpr auto fields() {
    return std::tuple(
        field("robots_of", &RobotsSeen::robots_of, "Port and scheme."), field("standing", &RobotsSeen::standing, "What it counts as."),
        field("status", &RobotsSeen::status, "Of the last answer."), field("checked", &RobotsSeen::checked, "When it was asked for."),
        field("until", &RobotsSeen::until, "When it will be asked for again."),
        field("failing_since", &RobotsSeen::failing_since, "When it began to fail."),
        field("copied", &RobotsSeen::copied, "When the text was fetched."), field("bytes", &RobotsSeen::bytes, "Of the text."));
  }
};

std::string host_of(std::string_view origin) {
  const auto url = parse_url(origin).url;
  return url ? url->host : std::string();
}

std::vector<std::string> look_at_host(const Store& store, std::string_view name) {
  const auto url = parse_url("http://" + std::string(name)).url;  // in the spelling of the records
  const std::string host = url ? url->host : std::string(name);
  std::vector<std::string> out;
  store.scan(std::string(HostRecord::prefix), [&](std::string_view key, std::string_view value) {
    if (host_of(key.substr(HostRecord::prefix.size())) == host) out.emplace_back(value);
    return true;
  });
  const std::string prefix = robots_keys_of(host);
  store.scan(prefix, [&](std::string_view key, std::string_view value) {
    const auto record = from_json<RobotsRecord>(std::string(value));
    out.push_back(to_json(RobotsSeen{host + ":" + std::string(key.substr(prefix.size())), record.standing, record.status, record.checked,
                                     record.until, record.failing_since, record.copied, record.text.data.size()}));
    return true;
  });
  return out;
}

}  // namespace
HEADRACE_STATE_VIEW("host", "What the HTTP client has learnt of a host.", look_at_host)
}  // namespace headrace
