// What a host has taught us, as it is kept in the store under "http/host/" and the origin. Its robots.txt is
// kept beside it (nodes/robots/robots_record.hpp).
#pragma once
#include "core/value/value.hpp"

namespace headrace {

struct HostRecord {
  static constexpr std::string_view prefix = "http/host/";
  static constexpr std::size_t most_statuses = 8;

  std::string origin;
  Duration delay{0};  // learned; without the crawl-delay
  std::optional<Time> retry_after, closed_until, http1_until;
  int failures_in_a_row = 0;
  Duration pause{0};
  std::vector<int> statuses;
  std::uint64_t requests = 0, bytes = 0;
  bool operator==(const HostRecord&) const = default;
  static constexpr auto fields() {
    return std::tuple(field("origin", &HostRecord::origin, "Scheme, host and port, the port only when it is not the scheme's own."),
                      field("delay", &HostRecord::delay, "Between the starts of two requests, as its answers have taught."),
                      field("retry_after", &HostRecord::retry_after, "It has asked to be left alone until then."),
                      field("closed_until", &HostRecord::closed_until, "It has failed too often in a row, and is left alone until then."),
                      field("failures_in_a_row", &HostRecord::failures_in_a_row, "Of the network, or statuses of 500 and more."),
                      field("pause", &HostRecord::pause, "How long it was left alone the last time; the next time twice as long."),
                      field("statuses", &HostRecord::statuses, "The last ones, the newest last; 0 where no answer came."),
                      field("requests", &HostRecord::requests, "Sent to it, redirects and robots.txt included."),
                      field("bytes", &HostRecord::bytes, "Of bodies, decoded."),
                      field("http1_until", &HostRecord::http1_until, "It has failed at HTTP/2, and is asked with HTTP/1.1 until then."));
  }
};

}  // namespace headrace
