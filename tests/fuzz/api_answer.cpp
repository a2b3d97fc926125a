// What a server answers to poll_api. The first line is the name of an API, the second the status, header lines follow up to an empty
// one; the rest is the body, which is answered again and again.
#include <algorithm>
#include <charconv>
#include <set>

#include "core/node.hpp"
#include "nodes/fetch/http_headers.hpp"
#include "nodes/poll/api/rate_limit.hpp"
#include "nodes/poll/api/timeline.hpp"
#include "nodes/url/url.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

namespace {

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

api::Timeline timeline_of(std::string_view name) {
  const std::vector<std::string> known = api::shipped_names();
  const auto found = std::find(known.begin(), known.end(), name);
  api::TimelineSpec spec;
  spec.api = std::make_shared<const api::Description>(api::load_description(found == known.end() ? known.front() : *found));
  for (const auto& [parameter, about] : spec.api->parameters) spec.values[parameter] = about.value.value_or("social.example");
  return api::Timeline(std::move(spec), {3, 3});
}

void check(const Share& share) {
  fuzz::require(parse_url(share.link).url.has_value(), "a link is a URL");
  fuzz::require(share.key.size() == 32, "a share has a key");
  fuzz::require(!share.id.empty() && share.id.size() <= 1024, "a post has an id of a sensible length");
  fuzz::require(!share.text || !share.text->empty(), "an absent text is no empty one");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > fuzz::longest_input) return 0;
  std::string_view text = fuzz::text_of(data, size);
  api::Timeline timeline = timeline_of(take_line(text));
  HttpResponse response;
  const std::string_view status = take_line(text);
  std::from_chars(status.data(), status.data() + status.size(), response.status);
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text))
    if (auto header = parse_header_line(line)) response.headers.push_back(*std::move(header));
  response.body = text;
  const Time now{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1)};
  const Duration pause = api::pause_asked_for(response, timeline.api().limits, now);
  fuzz::require(pause >= Duration::zero() && pause <= std::chrono::hours(25), "a pause is no longer than a day");
  std::set<std::string> known;
  for (int i = 0; i < 8; ++i) {
    fuzz::require(timeline.request().url.starts_with("https://"), "there is always something to ask for");
    try {
      for (const api::Post& post : timeline.take(response, now).posts) {
        fuzz::require(known.insert(post.id).second, "a post is given out once");
        for (const Share& share : post.shares) check(share);
        timeline.payload_with(post);
      }
    } catch (const NodeError& error) {
      timeline.failed(error.failure);
    }
  }
  const std::string payload = timeline.payload();
  timeline.restore(payload);
  fuzz::require(timeline.payload() == payload, "what is stored is read back");
  return 0;
}
