#include <doctest/doctest.h>

#include <map>

#include "core/state/store.hpp"
#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using namespace std::chrono_literals;
using headrace::testing::TestNode;

namespace {

// A map that counts how often it is asked.
class CountingStore final : public Store {
 public:
  std::optional<std::string> get(std::string_view key) const override {
    ++reads;
    const auto found = values.find(key);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<std::optional<std::string>> multi_get(const std::vector<std::string>& keys) const override {
    std::vector<std::optional<std::string>> out;
    for (const std::string& key : keys) out.push_back(get(key));
    return out;
  }
  void scan(std::string_view, const std::function<bool(std::string_view key, std::string_view value)>&) const override {}
  void write(const WriteBatch&, Durability) override {}
  std::unique_ptr<StoreView> snapshot() const override { return nullptr; }
  bool durable() const override { return false; }

  std::map<std::string, std::string, std::less<>> values;
  mutable int reads = 0;
};

struct Fixture {
  std::shared_ptr<CountingStore> store = std::make_shared<CountingStore>();
  TestNode node;
  explicit Fixture(const std::string& config = "{}") : node("barrier", config) { node.use<Store>("store", store); }

  // "admitted", or the reason of the drop.
  std::string ask(const std::string& identity) {
    auto answer = node.given<"identity">(identity).call<bool>();
    return answer.status() == Status::ready ? "admitted" : answer.reason();
  }
  // What the engine does with the marks of the calls so far when their record ends with `outcome`.
  void settle(When outcome) {
    for (const MarkedChange& mark : node.marks()) {
      if (mark.when != When::always && mark.when != outcome) continue;
      if (mark.value) store->values[mark.key] = *mark.value;
      else store->values.erase(mark.key);
    }
    node.marks().clear();
  }
  void pass(Duration time) {
    bool passed = false;
    node.services().clock.after(time, [&] { passed = true; });
    while (!passed) node.services().clock.run_due();
  }
};

const std::string article = "https://harbour.example/2026/ferry";

}  // namespace

TEST_CASE("barrier: a document that was done is seen for ever") {
  Fixture barrier;
  CHECK(barrier.ask(article) == "admitted");
  barrier.settle(When::done);
  barrier.pass(24h * 365);
  CHECK(barrier.ask(article) == "seen");
  CHECK(barrier.node.marks().empty());
  CHECK(barrier.ask(article + "/2") == "admitted");
}

TEST_CASE("barrier: an address that a document was found to have is seen") {
  Fixture barrier;
  barrier.store->values["alias/https://short.example/x1"] = "0123456789abcdef0123456789abcdef";
  CHECK(barrier.ask("https://short.example/x1") == "seen");
  CHECK(barrier.ask("https://short.example/x2") == "admitted");
}

TEST_CASE("barrier: nothing is marked before the record settles") {
  Fixture barrier;
  CHECK(barrier.ask(article) == "admitted");
  CHECK(barrier.ask(article) == "admitted");  // a twin is the engine's affair
}

TEST_CASE("barrier: a document that failed comes again after its retry time, and as often as it fails") {
  Fixture barrier("{retry_failed: 10m}");
  for (int round = 0; round < 3; ++round) {
    CHECK(barrier.ask(article) == "admitted");
    barrier.settle(When::failed);
    CHECK(barrier.ask(article) == "retry_later");
    barrier.pass(9min);
    CHECK(barrier.ask(article) == "retry_later");
    barrier.pass(1min);
  }
  CHECK(barrier.ask(article) == "admitted");
  barrier.settle(When::done);
  CHECK(barrier.ask(article) == "seen");
  CHECK(barrier.store->values.size() == 1);  // the retry record is gone
}

TEST_CASE("barrier: rules") {
  const std::string config = "{block_hosts: [ads.example, shop.harbour.example], block_paths: [/sponsored/, '?print=']}";
  struct Row { const char *identity, *answer; };
  const Row rows[] = {
      {"https://ads.example/", "blocked_host"},
      {"https://x.y.ADS.example:8080/a", "blocked_host"},
      {"https://user@ads.example/a", "blocked_host"},
      {"https://notads.example/", "admitted"},
      {"https://ads.example.org/", "admitted"},
      {"https://harbour.example/?from=ads.example", "admitted"},
      {"https://shop.harbour.example/x", "blocked_host"},
      {"https://harbour.example/x", "admitted"},
      {"https://harbour.example/a/photo.JPG?size=1", "blocked_extension"},
      {"https://harbour.example/film.mp4", "blocked_extension"},
      {"https://harbour.example/sound.mp3", "blocked_extension"},
      {"https://harbour.example/all.tar.gz", "blocked_extension"},
      {"https://harbour.example/setup.exe", "blocked_extension"},
      {"https://harbour.example/page.html", "admitted"},
      {"https://harbour.example/jpg", "admitted"},
      {"https://harbour.example/a.jpg/b", "admitted"},
      {"https://harbour.example/?file=a.jpg", "admitted"},
      {"https://zip", "admitted"},
      {"https://harbour.example/sponsored/x", "blocked_path"},
      {"https://harbour.example/x?print=1", "blocked_path"},
      {"", "admitted"},
      {"://", "admitted"},
  };
  Fixture barrier(config);
  for (const Row& row : rows) {
    CAPTURE(row.identity);
    barrier.store->reads = 0;
    CHECK(barrier.ask(row.identity) == row.answer);
    CHECK(barrier.store->reads == (row.answer == std::string("admitted") ? 3 : 0));
  }
}

TEST_CASE("barrier: extensions can be chosen") {
  Fixture barrier("{block_extensions: [pdf]}");
  CHECK(barrier.ask("https://harbour.example/a.pdf") == "blocked_extension");
  CHECK(barrier.ask("https://harbour.example/a.jpg") == "admitted");
}

TEST_CASE("barrier: old entries are refused only when asked for, and only when they have a date") {
  const Time old = parse_time("2026-02-01T00:00:00Z"), fresh = parse_time("2026-02-28T00:00:00Z");  // virtual time begins on 1 March
  const auto answer = [&](const std::string& config, std::optional<Time> published) {
    Fixture barrier(config);
    Entry entry;
    entry.published = published;
    barrier.node.given<"entry">(std::move(entry));
    return barrier.ask(article);
  };
  CHECK(answer("{}", old) == "admitted");
  CHECK(answer("{max_age: 7d}", old) == "too_old");
  CHECK(answer("{max_age: 7d}", fresh) == "admitted");
  CHECK(answer("{max_age: 7d}", std::nullopt) == "admitted");
  Fixture without_entry("{max_age: 7d}");
  CHECK(without_entry.ask(article) == "admitted");
}

TEST_CASE("barrier: a host has its budget for the day, over restarts") {
  Fixture barrier("{per_host_day: 2}");
  const auto page = [](int i) { return "https://harbour.example/" + std::to_string(i); };
  CHECK(barrier.ask(page(1)) == "admitted");
  CHECK(barrier.ask(page(2)) == "admitted");
  CHECK(barrier.ask(page(3)) == "host_budget");
  CHECK(barrier.ask("https://valley.example/1") == "admitted");
  barrier.settle(When::done);
  CHECK(barrier.ask(page(1)) == "seen");  // what is known costs nothing of it

  Fixture restarted("{per_host_day: 3}");
  restarted.store->values = barrier.store->values;
  CHECK(restarted.ask(page(3)) == "admitted");
  CHECK(restarted.ask(page(4)) == "host_budget");
  restarted.pass(24h);
  CHECK(restarted.ask(page(4)) == "admitted");
}

TEST_CASE("barrier: languages") {
  const auto answer = [](const std::string& config, std::optional<std::string> language) {
    Fixture barrier(config);
    if (language) barrier.node.given<"language">(*language);
    return barrier.ask(article);
  };
  CHECK(answer("{}", "fr") == "admitted");
  CHECK(answer("{languages: [en, de]}", "fr") == "other_language");
  CHECK(answer("{languages: [en, de]}", "DE") == "admitted");
  CHECK(answer("{languages: [en, de]}", "en-GB") == "admitted");
  CHECK(answer("{languages: [pt-BR]}", "pt-br") == "admitted");
  CHECK(answer("{languages: [pt-BR]}", "pt") == "other_language");
  CHECK(answer("{languages: [en]}", std::nullopt) == "admitted");
}

TEST_CASE("barrier: it says what decided when it is asked to") {
  Fixture barrier("{explain: true, block_hosts: [ads.example], block_paths: [/sponsored/], retry_failed: 1h}");
  CHECK(barrier.ask("https://x.ads.example/") == "blocked_host: ads.example");
  CHECK(barrier.ask("https://harbour.example/a.jpg") == "blocked_extension: jpg");
  CHECK(barrier.ask("https://harbour.example/sponsored/") == "blocked_path: /sponsored/");
  barrier.store->values["barrier/seen/" + article] = "2026-02-03T00:00:00Z";
  CHECK(barrier.ask(article) == "seen: 2026-02-03T00:00:00Z");
  barrier.store->values["alias/" + article + "/2"] = "0123";
  CHECK(barrier.ask(article + "/2") == "seen: another address of 0123");
}
