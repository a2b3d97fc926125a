// What was asked of the web and what it answered, in a folder: `traffic.jsonl` has a line for each exchange, in the order in
// which they ended, and `bodies/` holds each body once, in a file named after its hash.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/state/append_file.hpp"
#include "core/value/value.hpp"
#include "nodes/fetch/http_client.hpp"

namespace headrace {

struct TrafficHeader {
  std::string name, value;
  static constexpr auto fields() {
    return std::tuple(field("name", &TrafficHeader::name, "In lower case."), field("value", &TrafficHeader::value, "As sent."));
  }
};

struct TrafficFailure {
  std::string kind, message;
  bool retryable = false;
  std::optional<Duration> retry_after;
  static constexpr auto fields() {
    return std::tuple(field("kind", &TrafficFailure::kind, "Of the failure."), field("message", &TrafficFailure::message, "For people."),
                      field("retryable", &TrafficFailure::retryable, "Another try may cure it."),
                      field("retry_after", &TrafficFailure::retry_after, "Not before that."));
  }
};

struct Exchange {
  std::string method, asked;  // "GET", and the URL of the request
  Duration began{0};          // in Clock::elapsed() time of the run
  Duration took{0};           // from the request to the answer, before a whole client with the wait for the host's turn
  std::optional<TrafficFailure> failure;
  std::string url;  // of the answer
  int status = 0;
  std::vector<TrafficHeader> headers;
  std::vector<std::string> redirects;
  bool moved_permanently = false;
  std::string body;  // the name of its file; empty without one
  static constexpr auto fields() {
    return std::tuple(
        field("method", &Exchange::method, "GET or HEAD.", required()),
        field("asked", &Exchange::asked, "The URL of the request.", required()),
        field("began", &Exchange::began, "When, on the clock of its run."), field("took", &Exchange::took, "From request to answer."),
        field("failure", &Exchange::failure, "What kept an answer from coming."), field("url", &Exchange::url, "Of the answer."),
        field("status", &Exchange::status, "Of the answer."), field("headers", &Exchange::headers, "Of the answer."),
        field("redirects", &Exchange::redirects, "Every URL that redirected, in order."),
        field("moved_permanently", &Exchange::moved_permanently, "All of them were permanent."),
        field("body", &Exchange::body, "Its file in bodies/."));
  }
};

// Adds to a folder what it does not hold yet. One thread. Failures are NodeErrors of kind sink_failed.
class TrafficWriter {
 public:
  explicit TrafficWriter(const std::string& folder);  // makes it
  struct Span {
    Duration began, took;
  };
  void write(const HttpRequest& request, const Span& span, const HttpResult& result);

 private:
  std::string keep_body(const std::string& body);
  std::string folder_;
  AppendFile lines_;
};

// A recorded folder. Immutable but for the place in each list of answers. One thread.
class TrafficReader {
 public:
  explicit TrafficReader(const std::string& folder);  // throws NodeError bad_input with the line that cannot be read
  struct Answer {
    HttpResult result;
    Duration took{0};
  };
  // The next answer that was recorded for the request, or the last one again; nothing when there is none.
  std::optional<Answer> next(const HttpRequest& request);

 private:
  struct Recorded {
    std::vector<Exchange> exchanges;
    std::size_t next = 0;
  };
  std::string body_of(const Exchange& exchange) const;
  std::string folder_;
  std::map<std::pair<std::string, std::string>, Recorded> recorded_;  // by method and URL
};

std::string_view method_name(HttpMethod method);

}  // namespace headrace
