#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

const std::filesystem::path folder = HEADRACE_SOURCE_DIR "/tests/nodes/poll/data";

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::filesystem::path> documents() {
  std::vector<std::filesystem::path> out;
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    auto expected = each.path();
    if (each.path().string().find(".expected.") == std::string::npos &&
        std::filesystem::exists(expected.replace_extension(".expected.json")))
      out.push_back(each.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

FeedDocument document(std::string body) { return {Bytes(std::move(body)), {}, "https://harbour.example/feeds/all.xml"}; }

}  // namespace

TEST_CASE("parse_feed: the documents of the data folder") {
  TestNode parse("parse_feed");
  REQUIRE(documents().size() >= 5);
  for (const auto& path : documents()) {
    CAPTURE(path.filename().string());
    parse.given<"feed_document">(document(read(path)));
    auto expected = path;
    const auto wanted = from_json<ParsedFeed>(read(expected.replace_extension(".expected.json")));
    CHECK(to_json(parse.call<ParsedFeed>().value()) == to_json(wanted));
  }
}

TEST_CASE("parse_feed: what is no feed is said to be none") {
  TestNode parse("parse_feed");
  for (const std::string body :
       {"", "  ", "hello", "<html><body>Hello</body></html>", "{", "{\"a\": 1}", "<?xml version='1.0'?>", "<svg/>"}) {
    CAPTURE(body);
    parse.given<"feed_document">(document(body));
    auto answer = parse.call<ParsedFeed>();
    CHECK(answer.failure().kind == "not_a_feed");
    CHECK_FALSE(answer.failure().retryable);
  }
}

TEST_CASE("parse_feed: entries beyond the limit are left out") {
  std::string body = "<rss><channel>";
  for (int i = 0; i < 1000; ++i) body += "<item><guid>" + std::to_string(i) + "</guid></item>";
  TestNode parse("parse_feed", "{max_entries: 10}");
  CHECK(parse.given<"feed_document">(document(body)).call<ParsedFeed>().value().entries.size() == 10);
}

// Any damage is answered: by a feed or by not_a_feed.
TEST_CASE("parse_feed: every truncation and many flipped bytes are answered") {
  TestNode parse("parse_feed");
  const auto answered = [&](std::string body) {
    parse.given<"feed_document">(document(std::move(body)));
    auto answer = parse.call<ParsedFeed>();
    return answer.status() == Status::ready || answer.failure().kind == "not_a_feed";
  };
  RandomNumbers random(7);
  for (const auto& path : documents()) {
    CAPTURE(path.filename().string());
    const std::string whole = read(path);
    for (std::size_t length = 0; length < whole.size(); ++length) REQUIRE(answered(whole.substr(0, length)));
    for (int round = 0; round < 500; ++round) {
      std::string damaged = whole;
      for (std::uint64_t flips = 1 + random.below(8); flips > 0; --flips)
        damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
      REQUIRE(answered(damaged));
    }
  }
}

// Namespaces, authors and depth, as many as the document holds: what one element costs does not depend on the others.
TEST_CASE("parse_feed: a document of nothing but declarations and authors is read in one pass") {
  std::string body = "<rss";
  for (int i = 0; i < 100; ++i) body += " xmlns:n" + std::to_string(i) + "='u" + std::to_string(i) + "'";
  body += "><channel><item>";
  for (int i = 0; i < 50'000; ++i) body += "<author><n99:b/></author>";
  TestNode parse("parse_feed");
  auto answer = parse.given<"feed_document">(document(body)).call<ParsedFeed>();
  CHECK(answer.value().entries.size() == 1);
  CHECK_FALSE(answer.value().wellformed);
}
