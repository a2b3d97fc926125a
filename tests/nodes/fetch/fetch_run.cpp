#include "tests/nodes/fetch/fetch_run.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>

#include "core/config/tree.hpp"
#include "nodes/keys.hpp"
#include "tests/support/tls_identity.hpp"

namespace headrace::testing {

FetchRun fetch_all(FetchOptions options, const std::vector<std::string>& urls) {
  Compiled compiled = compile_config(parse_config("resources:\n  http: {node: http_client, " + options.client +
                                                      "}\nlimits: {in_flight: " + std::to_string(options.in_flight) +
                                                      "}\ninputs: [url]\ngraph:\n  page: {node: fetch" + options.node + "}\n",
                                                  "fetch_run.yaml"));
  REQUIRE(compiled.plan);
  const int input = compiled.plan->find_slot("url"), page = compiled.plan->find_slot("page");
  FetchRun out;
  RunOptions run;
  run.executor = options.executor;
  run.threads = 2;
  run.clock = options.clock ? std::move(options.clock) : make_virtual_clock();
  run.keep_values = true;
  run.feed = [&](Feeder& feeder) {
    for (const std::string& url : urls) {
      Seed seed;
      seed.values.emplace_back(input, AnyValue::of(url));
      if (!feeder.admit(std::move(seed))) return;
    }
    if (options.admitted) options.admitted();
  };
  run.observer = [&](const RetiredRecord& record) {
    const std::string& url = *static_cast<const std::string*>(record.value(input));
    out.outcomes[url] = record.verdict() == Verdict::failed    ? record.errors().at(0).failure.kind
                        : record.verdict() == Verdict::dropped ? std::string(record.reason())
                                                               : "done";
    if (const void* value = record.value(page)) out.bodies[url] = static_cast<const Page*>(value)->body.data;
    if (options.told) options.told(out.outcomes);
  };
  out.ledger = Run(*compiled.plan, std::move(run)).run().ledger;
  return out;
}

AuthorityFile::AuthorityFile() : path(std::string(HEADRACE_BINARY_DIR) + "/authority-" + std::to_string(::getpid()) + ".pem") {
  std::FILE* out = std::fopen(path.c_str(), "w");
  REQUIRE(out);
  std::fputs(self_signed.certificate, out);
  std::fclose(out);
}
AuthorityFile::~AuthorityFile() { std::remove(path.c_str()); }

}  // namespace headrace::testing
