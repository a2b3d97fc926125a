// The description of an API: every mistake has a place and words, and one without mistakes can be asked with.
#include "core/config/tree.hpp"
#include "core/node.hpp"
#include "nodes/poll/api/timeline.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > fuzz::longest_input) return 0;
  std::vector<Diagnostic> problems;
  api::TimelineSpec spec;
  spec.api = std::make_shared<const api::Description>(
      api::read_description(parse_config(std::string(fuzz::text_of(data, size)), "fuzz.yaml"), problems));
  for (const Diagnostic& problem : problems) fuzz::require(!problem.message.empty(), "a mistake has words");
  if (!problems.empty()) return 0;
  for (const auto& [name, parameter] : spec.api->parameters) spec.values[name] = parameter.value.value_or("social.example");
  try {
    api::Timeline timeline(spec, {});
    fuzz::require(!timeline.request().url.empty(), "there is something to ask for");
    HttpResponse response;
    response.status = 200;
    response.body = R"({"items": [{"id": 1, "url": "https://a.example/"}], "id": [[1]], "url": "<a href='https://b.example/'>"})";
    timeline.take(response, {});
    timeline.request();
  } catch (const NodeError& error) {
    fuzz::require(!error.failure.message.empty(), "a failure has words");
  }
  return 0;
}
