#include "nodes/fetch/traffic.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/node.hpp"
#include "nodes/url/document_id.hpp"

namespace headrace {

namespace {

namespace fs = std::filesystem;

std::string lines_path(const std::string& folder) { return folder + "/traffic.jsonl"; }
std::string body_path(const std::string& folder, const std::string& name) { return folder + "/bodies/" + name; }

bool is_name(std::string_view name) {  // and leads nowhere else
  return name.size() == 32 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string_view method_name(HttpMethod method) { return method == HttpMethod::head ? "HEAD" : "GET"; }

// ---- writing -----------------------------------------------------------------------------------------------------------

TrafficWriter::TrafficWriter(const std::string& folder) : folder_(folder), lines_(lines_path(folder)) {
  std::error_code error;
  fs::create_directories(folder_ + "/bodies", error);
  if (error) throw NodeError("sink_failed", "'" + folder_ + "/bodies' cannot be made: " + error.message());
}

void TrafficWriter::write(const HttpRequest& request, const Span& span, const HttpResult& result) {
  Exchange exchange;
  exchange.method = method_name(request.method);
  exchange.asked = request.url;
  exchange.began = span.began;
  exchange.took = span.took;
  if (const auto* failure = std::get_if<Failure>(&result)) {
    exchange.failure = TrafficFailure{failure->kind, failure->message, failure->retryable, failure->retry_after};
  } else {
    const auto& response = std::get<HttpResponse>(result);
    exchange.url = response.url;
    exchange.status = response.status;
    for (const HttpHeader& each : response.headers) exchange.headers.push_back({each.name, each.value});
    exchange.redirects = response.redirects;
    exchange.moved_permanently = response.moved_permanently;
    exchange.body = keep_body(response.body);
  }
  lines_.append(to_json(exchange) + "\n");
  lines_.flush();
}

// Under another name first, so that a body whose name stands is whole.
std::string TrafficWriter::keep_body(const std::string& body) {
  if (body.empty()) return "";
  std::string name = document_id(body);  // a hash of it
  const std::string path = body_path(folder_, name), part = path + ".part";
  if (fs::exists(path)) return name;
  std::ofstream file(part, std::ios::binary);
  file.write(body.data(), static_cast<std::streamsize>(body.size()));
  file.close();
  std::error_code error;
  if (file) fs::rename(part, path, error);
  if (!file || error) throw NodeError("sink_failed", "'" + path + "' cannot be written");
  return name;
}

// ---- reading -----------------------------------------------------------------------------------------------------------

TrafficReader::TrafficReader(const std::string& folder) : folder_(folder) {
  std::ifstream lines(lines_path(folder));
  if (!lines) throw NodeError("bad_input", "'" + lines_path(folder) + "' cannot be read; record_http writes one");
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.empty()) continue;
    try {
      auto exchange = from_json<Exchange>(line);
      if (!exchange.body.empty() && !is_name(exchange.body)) throw BadValue("body is no name of a file in bodies/", nullptr);
      auto& recorded = recorded_[{exchange.method, exchange.asked}];
      recorded.exchanges.push_back(std::move(exchange));
    } catch (const BadValue& bad) {
      throw NodeError("bad_input",
                      lines_path(folder) + ":" + std::to_string(number) + ": " + (bad.path.empty() ? "" : bad.path + " ") + bad.message);
    }
  }
}

std::optional<TrafficReader::Answer> TrafficReader::next(const HttpRequest& request) {
  const auto found = recorded_.find({std::string(method_name(request.method)), request.url});
  if (found == recorded_.end()) return std::nullopt;
  Recorded& recorded = found->second;
  const Exchange& exchange = recorded.exchanges[recorded.next];
  if (recorded.next + 1 < recorded.exchanges.size()) ++recorded.next;
  if (exchange.failure) {
    const TrafficFailure& failure = *exchange.failure;
    return Answer{Failure{failure.kind, failure.message, failure.retryable, failure.retry_after}, exchange.took};
  }
  HttpResponse response;
  response.url = exchange.url;
  response.status = exchange.status;
  for (const TrafficHeader& each : exchange.headers) response.headers.push_back({each.name, each.value});
  response.redirects = exchange.redirects;
  response.moved_permanently = exchange.moved_permanently;
  if (!exchange.body.empty()) response.body = body_of(exchange);
  return Answer{std::move(response), exchange.took};
}

std::string TrafficReader::body_of(const Exchange& exchange) const {
  std::ifstream file(body_path(folder_, exchange.body), std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  if (!file)
    throw NodeError("bad_input",
                    "'" + body_path(folder_, exchange.body) + "' cannot be read, and the answer to " + exchange.asked + " had it");
  return std::move(out).str();
}

}  // namespace headrace
