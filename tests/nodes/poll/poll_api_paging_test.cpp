// However a timeline is cut into answers, and wherever a run ends: each post once.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"
#include "tests/nodes/poll/fake_apis.hpp"

using namespace headrace;
using headrace::testing::Emitted;
using headrace::testing::FakeApi;
using headrace::testing::FakeHttp;
using headrace::testing::TestNode;

namespace {

class DescriptionFile {
 public:
  explicit DescriptionFile(const std::string& text) {
    std::string name = (std::filesystem::temp_directory_path() / "headrace-api-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()));
    folder_ = name;
    std::ofstream(path()) << text;
  }
  ~DescriptionFile() { std::filesystem::remove_all(folder_); }
  DescriptionFile(const DescriptionFile&) = delete;
  std::string path() const { return folder_ + "/api.yaml"; }

 private:
  std::string folder_;
};

struct Poller {
  std::shared_ptr<FakeApi> api;
  DescriptionFile file;
  TestNode node;
  Poller(FakeApi::Paging paging, std::size_t page, const std::string& fields = "")
      : api(std::make_shared<FakeApi>(paging, page)),
        file(api->description()),
        node("poll_api", "{once: true, timelines: [{api: '" + file.path() + "'}]" + fields + "}") {
    node.use<HttpClient>("http", api);
  }
  Emitted<Share> run(std::size_t limit = 1'000'000, bool settle = true) { return node.run<Share>(limit, settle); }
};

std::string ids(const Emitted<Share>& emitted) {
  std::string out;
  for (const Share& share : emitted.values) out += share.id + " ";
  return out;
}

std::string kinds(const Emitted<Share>& emitted) {
  std::string out;
  for (const auto& trouble : emitted.troubles) out += trouble.second.kind + " ";
  return out;
}

const FakeApi::Paging all[] = {FakeApi::Paging::newer, FakeApi::Paging::older, FakeApi::Paging::number, FakeApi::Paging::ids};

}  // namespace

TEST_CASE("poll_api: a new timeline begins with its newest answer, and then catches up without a gap, oldest first") {
  for (const FakeApi::Paging paging : all) {
    CAPTURE(static_cast<int>(paging));
    Poller poller(paging, 3);
    poller.api->post(5);
    CHECK(ids(poller.run()) == (paging == FakeApi::Paging::ids ? "1 2 3 4 5 " : "3 4 5 "));
    CHECK(poller.run().values.empty());
    poller.api->post(8);
    const auto third = poller.run();
    CHECK(ids(third) == "6 7 8 9 10 11 12 13 ");
    CHECK(third.troubles.empty());
  }
}

TEST_CASE("poll_api: `first` goes back further in a new timeline") {
  Poller poller(FakeApi::Paging::older, 3, ", first: 3");
  poller.api->post(20);
  CHECK(ids(poller.run()) == "12 13 14 15 16 17 18 19 20 ");
}

TEST_CASE("poll_api: any cut into answers and any point of a restart give each post once") {
  std::mt19937 random(7);
  const auto below = [&](std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random); };
  for (int round = 0; round < 120; ++round) {
    const FakeApi::Paging paging = all[below(4)];
    CAPTURE(round);
    CAPTURE(static_cast<int>(paging));
    Poller poller(paging, 1 + below(9), ", first: 1000");
    std::vector<std::string> seen;
    const auto run = [&](std::size_t limit, bool settle) {
      const auto emitted = poller.run(limit, settle);
      if (settle)
        for (const Share& share : emitted.values) seen.push_back(share.id);
      CHECK(kinds(emitted).find("gap") == std::string::npos);
    };
    for (int i = 0; i < 8; ++i) {
      poller.api->post(below(15));
      if (i == 0) run(1'000'000, true);  // what came before the first run is not asked for by `newer`
      else run(below(12), below(3) != 0);
    }
    run(1'000'000, true);
    std::vector<std::string> wanted;
    for (const std::size_t id : poller.api->ids()) wanted.push_back(std::to_string(id));
    if (paging == FakeApi::Paging::newer)
      std::erase_if(wanted, [&](const std::string& id) { return std::stoul(id) < (seen.empty() ? 0 : std::stoul(seen.front())); });
    CHECK(seen == wanted);
  }
}

TEST_CASE("poll_api: a failure in the middle of a walk costs nothing") {
  for (const FakeApi::Paging paging : all) {
    CAPTURE(static_cast<int>(paging));
    Poller poller(paging, 2);
    poller.api->post(2);
    poller.run();
    poller.api->post(6);
    poller.api->fail_next(Failure{"timeout", "no answer", true});
    poller.api->fail_next(FakeHttp::response("", 503, {}, "busy"));
    const auto out = poller.run();
    CHECK(ids(out) == "3 4 5 6 7 8 ");
    CHECK(kinds(out) == "timeout http_status ");
  }
}

TEST_CASE("poll_api: a cursor that has expired is a trouble; the newest posts are asked for instead, and none comes twice") {
  Poller newer(FakeApi::Paging::newer, 50);
  newer.api->post(3);
  newer.run();
  newer.api->post(3);
  newer.api->fail_next(FakeHttp::response("", 410, {}, "{\"error\": \"gone\"}"));
  const auto out = newer.run();
  CHECK(ids(out) == "4 5 6 ");
  CHECK(kinds(out) == "expired_cursor ");
  CHECK(newer.run().troubles.empty());

  struct Refuse final : HttpClient {
    std::shared_ptr<FakeApi> inner;
    void get(HttpRequest request, HttpHandlers handlers) override {
      if (request.url.find("cursor=") == std::string::npos) return inner->get(std::move(request), std::move(handlers));
      handlers.done(FakeHttp::response(request.url, 400, {}, "{\"error\": \"bad cursor\"}"));
    }
  };
  Poller older(FakeApi::Paging::older, 2);
  older.api->post(2);
  older.run();
  older.api->post(5);
  const auto refuse = std::make_shared<Refuse>();
  refuse->inner = older.api;
  older.node.use<HttpClient>("http", refuse);
  older.node.reopen();
  const auto cut = older.run();
  CHECK(ids(cut) == "6 7 ");
  CHECK(kinds(cut) == "expired_cursor expired_cursor gap ");
}

TEST_CASE("poll_api: more new posts than `catch_up` reaches are a trouble that says so") {
  Poller poller(FakeApi::Paging::older, 2, ", catch_up: 3");
  poller.api->post(2);
  poller.run();
  poller.api->post(20);
  const auto out = poller.run();
  CHECK(ids(out) == "17 18 19 20 21 22 ");
  REQUIRE(out.troubles.size() == 1);
  CHECK(out.troubles[0].second.kind == "gap");
  CHECK(out.troubles[0].second.message.find("catch_up") != std::string::npos);
}

TEST_CASE("poll_api: posts that are deleted meanwhile, the newest known one too, change nothing for the others") {
  for (const FakeApi::Paging paging : {FakeApi::Paging::newer, FakeApi::Paging::older, FakeApi::Paging::ids}) {
    CAPTURE(static_cast<int>(paging));
    Poller poller(paging, 3);
    poller.api->post(6);
    poller.run();
    poller.api->remove(5);
    poller.api->remove(2);
    poller.api->post(5);
    poller.api->remove(5);
    const auto out = poller.run();
    CHECK(ids(out) == "7 9 10 11 ");
    CHECK(out.troubles.empty());
  }
}

TEST_CASE("poll_api: a server that shows the same page for every cursor ends a walk") {
  struct Same final : HttpClient {
    int asked = 0;
    void get(HttpRequest request, HttpHandlers handlers) override {
      ++asked;
      handlers.done(FakeHttp::response(request.url, 200, {}, R"({"posts": [{"id": 1, "url": "https://news.example/1"}], "next": "x"})"));
    }
  };
  Poller poller(FakeApi::Paging::older, 1, ", first: 1000");
  const auto same = std::make_shared<Same>();
  poller.node.use<HttpClient>("http", same);
  CHECK(ids(poller.run()) == "1 ");
  CHECK(same->asked == 2);
}

TEST_CASE("poll_api: an item that is not there yet is asked for again in later rounds") {
  Poller poller(FakeApi::Paging::ids, 0);
  poller.api->post(3);
  CHECK(ids(poller.run()) == "1 2 3 ");
  const auto list_with_five = [&] { poller.api->fail_next(FakeHttp::response("https://fake.example/posts", 200, {}, "[5, 3]")); };
  list_with_five();
  CHECK(ids(poller.run()) == "");
  poller.api->post(2);
  list_with_five();
  CHECK(ids(poller.run()) == "5 ");
}

TEST_CASE("poll_api: an item that stays away is given up after three runs, and not asked for any more") {
  Poller poller(FakeApi::Paging::ids, 0);
  poller.api->post(3);
  CHECK(ids(poller.run()) == "1 2 3 ");
  const auto requests_of_a_run = [&] {
    const std::size_t before = poller.api->requests().size();
    poller.api->fail_next(FakeHttp::response("https://fake.example/posts", 200, {}, "[9, 3]"));
    CHECK(ids(poller.run()) == "");
    poller.node.reopen();
    return poller.api->requests().size() - before;
  };
  for (const std::size_t requests : {2, 2, 2, 1, 1}) CHECK(requests_of_a_run() == requests);
}

TEST_CASE("poll_api: an item that is gone, or fails again and again, does not hold up the others") {
  Poller poller(FakeApi::Paging::ids, 0);
  poller.api->post(3);
  poller.api->fail_next(FakeHttp::response("", 200, {}, "[3, 2, 1]"));
  poller.api->fail_next(FakeHttp::response("", 404, {}, ""));
  for (int i = 0; i < 3; ++i) poller.api->fail_next(FakeHttp::response("", 500, {}, ""));
  CHECK(ids(poller.run()) == "3 ");
  CHECK(ids(poller.run()) == "2 ");
}
