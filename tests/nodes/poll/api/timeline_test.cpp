#include "nodes/poll/api/timeline.hpp"

#include <doctest/doctest.h>

#include "core/config/tree.hpp"

using namespace headrace;
using namespace headrace::api;

namespace {

HttpResponse json(std::string body) {
  HttpResponse out;
  out.status = 200;
  out.body = std::move(body);
  return out;
}

Timeline timeline_of(const std::string& api) {
  TimelineSpec spec;
  spec.api = std::make_shared<const Description>(load_description(api));
  for (const auto& [name, parameter] : spec.api->parameters) spec.values[name] = parameter.value.value_or("harbour.example");
  return Timeline(std::move(spec), {});
}

}  // namespace

TEST_CASE("an item that stays away is given up after three rounds, and is known from then on") {
  Timeline timeline = timeline_of("hacker_news");
  for (int round = 1; round <= 3; ++round) {
    timeline.request();
    CHECK_FALSE(timeline.take(json("[7]"), {}).complete);
    CHECK(timeline.request().url == "https://hacker-news.firebaseio.com/v0/item/7.json");
    const Harvest harvest = timeline.take(json("null"), {});
    CHECK(harvest.complete);
    REQUIRE(harvest.posts.size() == (round == 3 ? 1 : 0));
    for (const Post& post : harvest.posts) timeline.payload_with(post);
  }
  timeline.request();
  CHECK(timeline.take(json("[7]"), {}).complete);
}

TEST_CASE("each shipped description can be read and asked with") {
  for (const std::string& name : shipped_names()) {
    CAPTURE(name);
    Timeline timeline = timeline_of(name);
    CHECK(timeline.api().api == name);
    CHECK(timeline.request().url.starts_with("https://"));
    CHECK(timeline.name().find("***") == std::string::npos);  // no secret is part of an address
  }
}

TEST_CASE("a next page by the Link header is followed on the same server only") {
  const ParsedConfig parsed = [] {
    return parse_config("api: paged\nurl: \"https://a.example/posts\"\npost: {id: id, link: url}\nolder: {link: next}\n", "paged.yaml");
  }();
  std::vector<Diagnostic> problems;
  TimelineSpec spec{std::make_shared<const Description>(read_description(parsed, problems)), {}};
  REQUIRE(problems.empty());
  for (const bool elsewhere : {false, true}) {
    Timeline timeline(spec, {10, 10});
    timeline.request();
    HttpResponse first = json(R"([{"id": 2, "url": "https://b.example/2"}])");
    first.headers.push_back({"link", std::string("<https://") + (elsewhere ? "evil" : "a") +
                                         ".example/posts?p=2>; rel=\"next\", <https://a.example/>; rel=prev"});
    CHECK(timeline.take(first, {}).complete == elsewhere);
    CHECK(timeline.request().url == (elsewhere ? "https://a.example/posts" : "https://a.example/posts?p=2"));
  }
}
