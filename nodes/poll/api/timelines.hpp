// Which timelines a poll_api reads: a list of maps, in the pipeline or in a file of its own.
//
//   timelines:
//     - {api: mastodon, instance: mastodon.social, tag: [ferry, harbour]}      # two timelines
//     - {api: hacker_news}
//     - {api: my_api.yaml, token: "${env.MY_TOKEN}"}
#pragma once
#include <memory>

#include "nodes/poll/api/description.hpp"

namespace headrace::api {

// One timeline: an API and the values of its parameters.
struct TimelineSpec {
  std::shared_ptr<const Description> api;
  std::map<std::string, std::string> values;  // as written, defaults included
};

// With the values of `spec`, each encoded as it is needed there; nothing when one is missing. `id` stands for {id}; without
// `Secrets::written` a secret value is ***.
enum class Secrets { written, hidden };
std::optional<std::string> expand_url(const TextTemplate& url, const TimelineSpec& spec, Secrets secrets, const std::string& id = {});
std::optional<std::string> expand_header(const TextTemplate& header, const TimelineSpec& spec);

struct Timelines {
  std::vector<TimelineSpec> specs;
};

}  // namespace headrace::api

namespace headrace {

template <> struct Codec<api::Timelines> {
  static void write(JsonWriter& writer, const api::Timelines& value);
  static api::Timelines read(const ValueView& view);  // reads files
  static std::string name() { return "list of timelines, or a file of one"; }
};

}  // namespace headrace
