// A run of the engine that fetches URLs at once, through the `fetch` of a pipeline, and what became of each.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/run/run.hpp"

namespace headrace::testing {

using Outcomes = std::map<std::string, std::string>;  // by URL: the kind of the failure, the reason of the drop, or "done"

struct FetchRun {
  Outcomes outcomes;
  std::map<std::string, std::string> bodies;  // by URL, of those that are done
  Ledger ledger;
};

struct FetchOptions {
  std::string client = "allow: [127.0.0.1]";  // fields of http_client
  std::string node = "";                      // fields of fetch, each after a comma
  Executor executor = Executor::serial;
  int in_flight = 256;
  std::unique_ptr<Clock> clock = nullptr;               // a virtual one unless given
  std::function<void(const Outcomes&)> told = nullptr;  // after each record, which have retired
  std::function<void()> admitted = nullptr;             // when all URLs are, on a thread of its own
};

FetchRun fetch_all(FetchOptions options, const std::vector<std::string>& urls);

// A file with the certificate of tls_identity.hpp, for `ca_file`.
class AuthorityFile {
 public:
  AuthorityFile();
  ~AuthorityFile();
  AuthorityFile(const AuthorityFile&) = delete;
  const std::string path;
};

}  // namespace headrace::testing
