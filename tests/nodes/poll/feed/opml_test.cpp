#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

std::vector<FeedReference> read(std::string opml) {
  return TestNode("parse_opml").given<"opml">(Bytes(std::move(opml))).call<std::vector<FeedReference>>().value();
}
std::string write(std::vector<FeedReference> feeds) {
  return TestNode("write_opml", "{title: Tide & wind}").given<"feeds">(std::move(feeds)).call<std::string>().value();
}

}  // namespace

TEST_CASE("parse_opml: folders become categories") {
  const auto feeds = read(R"(<?xml version="1.0"?><opml version="2.0"><head><title>All</title></head><body>
    <outline text="Sea"><outline text="North &amp; Baltic">
      <outline type="rss" text="Tide" title="The tide" xmlUrl="https://tide.example/feed" htmlUrl="https://tide.example/" category="ebb,flow"/>
    </outline>
    <outline text="Wind" xmlUrl=" https://wind.example/atom "/></outline>
    <outline text="Old" type="rss" url="https://old.example/rss"/>
    <outline text="A note"/></body></opml>)");
  CHECK(to_json(feeds) ==
        to_json(std::vector<FeedReference>{
            {"https://tide.example/feed", "The tide", "https://tide.example/", "rss", {"Sea", "North & Baltic", "ebb", "flow"}},
            {"https://wind.example/atom", "Wind", std::nullopt, std::nullopt, {"Sea"}},
            {"https://old.example/rss", "Old", std::nullopt, "rss", {}}}));
}

TEST_CASE("parse_opml: broken lists keep their feeds") {
  CHECK(read("<opml><body><outline text='A & B'><outline xmlUrl='https://a.example/?x=1&y=2' text=Tide").size() == 1);
  CHECK(read("<opml><body><outline xmlUrl=https://a.example/></outline></outline><outline xmlUrl='https://b.example/'/>").size() == 2);
  CHECK(read("\xFF\xFE<\0o\0p\0m\0l\0>\0").empty());
  CHECK(read("").empty());
  CHECK(read("no list at all").empty());
}

TEST_CASE("write_opml: what is written is read again") {
  const std::vector<FeedReference> feeds = {
      {"https://wind.example/?a=1&b=\"2\"", "Wind <&> rain", "https://wind.example/", "atom", {"Weather", "North", "East"}},
      {"https://bare.example/", std::nullopt, std::nullopt, std::nullopt, {}},
      {"https://rain.example/", "Rain", std::nullopt, "rss", {"Weather"}}};
  const std::string text = write(feeds);
  CHECK(text.find("<title>Tide &amp; wind</title>") != std::string::npos);
  const auto again = read(text);
  REQUIRE(again.size() == 3);
  CHECK(again[0].url == "https://bare.example/");
  CHECK(to_json(again[1]) == to_json(feeds[0]));
  CHECK(to_json(again[2]) == to_json(feeds[2]));
  CHECK(write(again) == text);
}

TEST_CASE("parse_opml: depth and width cost no more than their bytes") {
  std::string deep, wide = "<opml><body>";
  for (int i = 0; i < 100'000; ++i) deep += "<outline text='a'>";
  deep += "<outline xmlUrl='https://a.example/'/>";
  CHECK(read(deep).empty());  // beyond the depth that is read
  for (int i = 0; i < 50'000; ++i) wide += "<outline xmlUrl='https://a.example/" + std::to_string(i) + "'/>";
  CHECK(read(wide).size() == 50'000);
}
