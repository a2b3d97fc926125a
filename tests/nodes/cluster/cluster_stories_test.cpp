#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;
using namespace std::chrono_literals;

namespace {

Article article(std::optional<std::string> title, std::optional<std::string> text = {}, std::optional<std::string_view> published = {}) {
  Article out;
  out.title = std::move(title), out.text = std::move(text);
  if (published) out.published = parse_time(*published);
  return out;
}

testing::Answer<StoryRef> send(TestNode& node, const std::string& id, Article document) {
  return node.given<"document_id">(id).given<"article">(std::move(document)).call<StoryRef>();
}
std::string story(TestNode& node, const std::string& id, Article document) { return send(node, id, std::move(document)).value().story; }

// A stream of documents about things that come up, are written about for a while, and pass.
class Stream {
 public:
  explicit Stream(std::uint64_t seed) : random_(seed) {}
  struct Document {
    std::string id;
    Article article;
  };
  Document next() {
    minutes_ += random_.below(90);
    const std::uint64_t thing = minutes_ / 600 * 5 + random_.below(8);
    std::string title, text;
    for (int i = 0; i < 4; ++i) title += word(thing, random_.below(8));
    for (std::uint64_t left = 5 + random_.below(30); left > 0; --left)
      text += random_.below(3) ? word(thing, random_.below(25)) : word(0, random_.below(300));
    Article document = article(title, text);
    if (random_.below(8) == 0) document.title.reset();
    // Most say when; some come late, some not at all, some from the future.
    const auto at = std::chrono::sys_days(2026y / 1 / 1) + std::chrono::minutes(minutes_) -
                    std::chrono::hours(random_.below(10) ? 0 : random_.below(100));
    if (random_.below(6)) document.published = Time{at, random_.below(9) == 0};
    if (random_.below(200) == 0) document.published = Time{std::chrono::sys_days(2090y / 1 / 1), true};
    const std::string id =
        random_.below(20) == 0 && number_ > 0 ? "doc" + std::to_string(random_.below(number_)) : "doc" + std::to_string(number_++);
    return {id, document};
  }

 private:
  static std::string word(std::uint64_t thing, std::uint64_t i) { return "w" + std::to_string(thing) + "x" + std::to_string(i) + " "; }
  RandomNumbers random_;
  std::uint64_t minutes_ = 0, number_ = 0;
};

}  // namespace

TEST_CASE("cluster_stories: articles on one event share a story, named after its first") {
  TestNode node("cluster_stories");
  const auto first =
      send(node, "a",
           article("Storm floods harbour town of Greyhaven", "The sea wall broke at night and the harbour of Greyhaven was flooded."))
          .value();
  CHECK(first.story == "a");
  CHECK(first.is_new);
  const auto other =
      send(node, "b", article("Parliament passes the budget", "Lawmakers agreed on the budget after a long debate on taxes.")).value();
  CHECK(other.story == "b");
  CHECK(other.is_new);
  const auto second =
      send(node, "c",
           article("Greyhaven harbour under water after storm", "A storm broke the sea wall of Greyhaven; the harbour is flooded."))
          .value();
  CHECK(second.story == "a");
  CHECK_FALSE(second.is_new);
}

TEST_CASE("cluster_stories: a title or a text is enough, neither is a drop") {
  TestNode node("cluster_stories");
  CHECK(story(node, "a", article("Harbour flooded", {})) == "a");
  CHECK(story(node, "b", article({}, "The harbour was flooded")) == "a");
  CHECK(send(node, "c", article({}, {})).reason() == "empty_article");
  CHECK(send(node, "d", article("", "")).reason() == "empty_article");
  // Only function words: a story of its own, near to nothing.
  CHECK(story(node, "e", article("The and of")) == "e");
  CHECK(story(node, "f", article("The and of")) == "f");
}

TEST_CASE("cluster_stories: a document seen before gets the same answer and changes nothing") {
  TestNode node("cluster_stories");
  send(node, "a", article("Harbour flooded in Greyhaven"));
  send(node, "b", article("Greyhaven harbour flooded by storm"));
  for (int round = 0; round < 3; ++round) {
    const auto again = send(node, "a", article("Something else altogether")).value();
    CHECK(again.story == "a");
    CHECK(again.is_new);
    CHECK_FALSE(send(node, "b", article({}, {})).value().is_new);
    node.reopen();
  }
  CHECK(story(node, "c", article("Something else altogether")) == "c");
}

TEST_CASE("cluster_stories: time") {
  SUBCASE("what is long past pulls less") {
    TestNode node("cluster_stories", "{half_life: 1h, active_for: 30d}");
    CHECK(story(node, "a", article("Harbour flooded in Greyhaven", {}, "2026-01-01T00:00:00Z")) == "a");
    CHECK(story(node, "b", article("Greyhaven harbour flooded", {}, "2026-01-01T00:30:00Z")) == "a");
    CHECK(story(node, "c", article("Greyhaven harbour flooded", {}, "2026-01-03T00:00:00Z")) == "c");
  }
  SUBCASE("stories end") {
    TestNode node("cluster_stories", "{half_life: 1000d, active_for: 3d}");
    CHECK(story(node, "a", article("Harbour flooded in Greyhaven", {}, "2026-01-01T00:00:00Z")) == "a");
    CHECK(story(node, "b", article("Greyhaven harbour flooded", {}, "2026-01-03T23:00:00Z")) == "a");
    CHECK(story(node, "c", article("Greyhaven harbour flooded", {}, "2026-01-06T00:00:00Z")) == "a");  // b keeps it alive
    CHECK(story(node, "d", article("Greyhaven harbour flooded", {}, "2026-01-20T00:00:00Z")) == "d");
  }
  SUBCASE("the first document of a living story, forgotten, comes home") {
    TestNode node("cluster_stories", "{half_life: 1000d, active_for: 3d}");
    story(node, "a", article("Harbour flooded in Greyhaven", {}, "2026-01-01T00:00:00Z"));
    story(node, "b", article("Greyhaven harbour flooded", {}, "2026-01-03T00:00:00Z"));
    story(node, "c", article("Something else", {}, "2026-01-05T00:00:00Z"));
    CHECK(story(node, "a", article("Quite another thing", {}, "2026-01-05T00:00:00Z")) == "a");
  }
  SUBCASE("a date in the future is now") {
    TestNode node("cluster_stories", "{half_life: 1h}");
    CHECK(story(node, "a", article("Harbour flooded in Greyhaven", {}, "2090-01-01")) == "a");
    CHECK(story(node, "b", article("Greyhaven harbour flooded")) == "a");
    CHECK(story(node, "c", article("Greyhaven harbour flooded", {}, "2091-01-01")) == "a");
  }
}

TEST_CASE("cluster_stories: max_stories sends away the one that has waited longest") {
  TestNode node("cluster_stories", "{max_stories: 2}");
  story(node, "a", article("alpha apple anchor"));
  story(node, "b", article("beta banana barrel"));
  story(node, "a2", article("alpha apple anchor"));
  story(node, "c", article("gamma grape garden"));  // b goes
  CHECK(story(node, "a3", article("alpha apple anchor")) == "a");
  CHECK(story(node, "b2", article("beta banana barrel")) == "b2");
}

TEST_CASE("cluster_stories: stopped and started again at any point, it goes on as if it never had been") {
  for (const char* config : {"{}", "{active_for: 12h, half_life: 6h}", "{max_stories: 6}", "{threshold: 0.05, active_for: 20d}"}) {
    CAPTURE(config);
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      TestNode steady("cluster_stories", config), restless("cluster_stories", config);
      Stream stream(seed);
      RandomNumbers random(seed + 100);
      std::size_t joined = 0;
      for (int i = 0; i < 800; ++i) {
        const auto document = stream.next();
        if (random.below(40) == 0) restless.reopen();
        auto wanted = send(steady, document.id, document.article);
        auto got = send(restless, document.id, document.article);
        REQUIRE(wanted.status() == got.status());
        REQUIRE(wanted.value().story == got.value().story);
        REQUIRE(wanted.value().is_new == got.value().is_new);
        joined += !wanted.value().is_new;
      }
      CHECK(joined > 50);  // or the test would say nothing
    }
  }
}

TEST_CASE("cluster_stories: a story of a thousand documents keeps to its last documents") {
  TestNode node("cluster_stories", "{max_stories: 100}");
  for (int i = 0; i < 1'000; ++i)
    CHECK(story(node, "d" + std::to_string(i), article("Harbour flooded in Greyhaven", "part " + std::to_string(i))) == "d0");
  node.reopen();
  CHECK(story(node, "last", article("Greyhaven harbour flooded")) == "d0");
}

TEST_CASE("cluster_stories: bad configuration is refused") {
  CHECK_THROWS(TestNode("cluster_stories", "{half_life: 0s}").node());
  CHECK_THROWS(TestNode("cluster_stories", "{threshold: 2}").node());
  CHECK_THROWS(TestNode("cluster_stories", "{max_stories: 0}").node());
}
