// Ten days of polling feeds that do everything wrong, beside one that does nothing wrong: each is named, and none costs another
// an entry. Virtual time, the whole engine, a client that answers by script.
#include <doctest/doctest.h>

#include <set>

#include "core/run/run.hpp"
#include "core/testing/mocks.hpp"
#include "nodes/support/feed_catalog.hpp"
#include "nodes/values.hpp"
#include "tests/nodes/poll/fake_http.hpp"

using namespace headrace;
using namespace std::chrono_literals;
using namespace headrace::testing;

namespace {

constexpr int days = 10;

struct Asked {
  const HttpRequest& request;
  int day;    // of the run, from 0
  int times;  // before
};

// Feeds by URL. A body is cut as the client would cut it.
class Horrors final : public HttpClient, public FeedCatalog {
 public:
  using Answer = std::function<HttpResponse(const Asked&)>;
  explicit Horrors(Clock& clock) : clock_(clock) {}
  void add(const std::string& url, Answer answer) { scripts_.emplace(url, std::move(answer)); }
  void hide(const std::string& url, Answer answer) {  // one that the list does not name
    add(url, std::move(answer));
    hidden_.insert(url);
  }
  std::vector<std::string> feeds() const override {
    std::vector<std::string> out;
    for (const auto& each : scripts_)
      if (!hidden_.contains(each.first)) out.push_back(each.first);
    return out;
  }
  void get(HttpRequest request, HttpHandlers handlers) override {
    const int day = static_cast<int>(clock_.elapsed() / 24h);
    HttpResponse out = scripts_.at(request.url)({request, day, asked_[request.url]++});
    if (out.url.empty()) out.url = request.url;
    out.body.resize(std::min<std::size_t>(out.body.size(), request.max_bytes.bytes));
    handlers.done(std::move(out));
  }
  int asked(const std::string& url) const { return asked_.at(url); }

 private:
  Clock& clock_;
  std::map<std::string, Answer> scripts_;
  std::set<std::string> hidden_;
  std::map<std::string, int> asked_;
};

std::string item(const std::string& id, const std::string& rest = "") {
  return "<item><title>Title " + id + "</title><guid>" + id + "</guid><link>https://x.example/" + id + "</link>" + rest + "</item>";
}
std::string rss(const std::string& items) { return "<rss version='2.0'><channel><title>F</title>" + items + "</channel></rss>"; }
HttpResponse answer(std::string body, std::vector<HttpHeader> headers = {}, int status = 200) {
  return FakeHttp::response("", status, std::move(headers), std::move(body));
}

// One new entry a day, the newest first, each named after the feed and its number.
std::string daily(const std::string& name, int day, const std::string& rest = "", const std::string& guid = "") {
  std::string items;
  for (int i = day; i >= 0; --i)
    items += "<item><title>" + name + " " + std::to_string(i) + "</title><guid>" + guid + name + std::to_string(i) +
             "</guid><link>https://x.example/" + name + std::to_string(i) + "</link>" + rest + "</item>";
  return rss(items);
}

struct TenDays {
  std::map<std::string, int> titles;                      // of entries, and how often they came
  std::map<std::string, std::set<std::string>> troubles;  // kinds, by feed
  RunReport report;
};

TenDays live(const std::shared_ptr<Horrors>& horrors, std::unique_ptr<Clock> clock) {
  CompileOptions options;
  options.replace.push_back(mock("http", mock_resource<HttpClient>(horrors)));
  options.replace.push_back(mock("catalog", mock_resource<FeedCatalog>(horrors)));
  const Compiled compiled = compile_config(parse_config("name: horrors\nresources: {http: http_client, catalog: no_feeds}\nsources: "
                                                        "{entry: {node: poll_feeds, budget: 4, max_interval: 12h}}\n"
                                                        "graph: {address: {node: resolve_url, in: {link: entry.link}}}\n",
                                                        "horrors"),
                                           options);
  REQUIRE(compiled.plan);
  const int slot = compiled.plan->find_slot("entry");
  TenDays out;
  Clock& time = *clock;
  RunOptions run_options;
  run_options.executor = Executor::serial;
  run_options.keep_values = true;
  run_options.clock = std::move(clock);
  run_options.observer = [&](const RetiredRecord& record) {
    ++out.titles[static_cast<const Entry*>(record.value(slot))->title.value_or("")];
  };
  Run run(*compiled.plan, std::move(run_options));
  time.after(days * 24h - 1h, [&] { run.stop(); });
  out.report = run.run();
  for (const Trouble& each : out.report.troubles) out.troubles[each.subject].insert(each.kind);
  return out;
}

int count(const TenDays& lived, const std::string& beginning) {
  int out = 0;
  for (const auto& each : lived.titles) out += each.first.starts_with(beginning) ? each.second : 0;
  return out;
}

}  // namespace

TEST_CASE("horrors: each is named, each keeps what is good in it, and none costs another an entry") {
  auto clock = make_virtual_clock();
  const auto horrors = std::make_shared<Horrors>(*clock);
  const auto redirect_to = [](HttpResponse out, std::string url, std::string from) {
    out.url = std::move(url);
    out.redirects = {std::move(from)};
    out.moved_permanently = true;
    return out;
  };
  horrors->add("http://good.example/", [](const Asked& it) { return answer(daily("good", it.day)); });
  std::string old, million;
  for (int i = 0; i < 1000; ++i) old += item("old" + std::to_string(i), "<description>" + std::string(50'000, 'x') + "</description>");
  for (int i = 0; i < 1'000'000; ++i) million += "<item><title>m" + std::to_string(i) + "</title></item>";
  horrors->add("http://huge.example/", [&](const Asked& it) { return answer(rss(item("huge" + std::to_string(it.day)) + old)); });
  horrors->add("http://million.example/", [&](const Asked&) { return answer(rss(million), {{"etag", "\"m\""}}); });
  horrors->add("http://bomb.example/", [](const Asked&) {
    std::string dtd = "<!DOCTYPE rss [<!ENTITY a0 'bomb '>";
    for (int i = 1; i < 12; ++i) {
      dtd += "<!ENTITY a" + std::to_string(i) + " '";
      for (int j = 0; j < 10; ++j) dtd += "&a" + std::to_string(i - 1) + ";";
      dtd += "'>";
    }
    return answer(dtd + "]>" + rss("<item><guid>1</guid><title>bomb &a11;</title></item>"));
  });
  horrors->add("http://guids.example/", [](const Asked& it) { return answer(daily("guids", it.day, "", std::to_string(it.day) + "-")); });
  horrors->add("http://constant.example/", [](const Asked& it) {
    const std::vector<HttpHeader> etag{{"etag", "\"constant\""}};
    return FakeHttp::header(it.request, "If-None-Match").empty() ? answer(daily("constant", it.day), etag) : answer("", etag, 304);
  });
  horrors->add("http://1970.example/", [](const Asked& it) {
    return answer(daily("1970 ", it.day, "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>"),
                  {{"date", "Thu, 01 Jan 1970 00:00:00 GMT"}, {"expires", "Fri, 02 Jan 1970 00:00:00 GMT"}});
  });
  horrors->add("http://parked.example/", [&redirect_to](const Asked& it) {
    const bool parked = it.day >= 2 && it.day < 6;
    if (!parked) return answer(daily("parked", it.day));
    return redirect_to(answer("<html><title>Buy this domain</title>", {{"content-type", "text/html"}}), "http://parking.example/",
                       it.request.url);
  });
  const std::string links = "<html><head><link rel='alternate' type='application/rss+xml' href='/rss'></head></html>";
  horrors->add("http://page.example/", [&](const Asked&) { return answer(links, {{"content-type", "text/html"}}); });
  horrors->hide("http://page.example/rss", [](const Asked& it) { return answer(daily("page", it.day)); });
  horrors->add("http://lying-page.example/", [&](const Asked&) { return answer(links, {{"content-type", "text/html"}}); });
  horrors->hide("http://lying-page.example/rss", [](const Asked&) { return answer("<html></html>"); });
  horrors->add("http://gone.example/", [](const Asked& it) { return it.day < 3 ? answer(daily("gone", it.day)) : answer("", {}, 410); });
  horrors->add("http://busy.example/", [](const Asked& it) {
    return it.times % 2 ? answer("", {{"retry-after", "7200"}}, 429) : answer(daily("busy", it.day));
  });
  horrors->add("http://empty.example/", [](const Asked&) { return answer(""); });

  const TenDays lived = live(horrors, std::move(clock));
  for (const auto& each : lived.titles) CHECK_MESSAGE(each.second == 1, each.first);
  for (const std::string name : {"good", "guids", "constant", "1970 ", "parked", "busy", "page"})
    CHECK_MESSAGE(count(lived, name) >= days - 1, name);
  CHECK(count(lived, "good") == days);
  CHECK(count(lived, "gone") == 3);
  CHECK(count(lived, "Title huge") >= days - 1);
  CHECK(count(lived, "m") == 2000);
  CHECK(count(lived, "bomb") == 1);
  for (const auto& each : lived.titles) CHECK(each.first.size() < 1u << 20);

  const std::map<std::string, std::string> named{{"huge", "too_large"},  {"million", "too_many_entries"}, {"parked", "not_a_feed"},
                                                 {"gone", "feed_gone"},  {"page", "feed_found"},          {"busy", "http_status"},
                                                 {"empty", "not_a_feed"}};
  for (const auto& each : named) CHECK_MESSAGE(lived.report.troubles_by_source.at("entry").contains(each.second), each.first);
  for (const std::string quiet : {"good", "guids", "constant", "1970"})
    CHECK_FALSE(lived.troubles.contains("http://" + quiet + ".example/"));
  for (const std::string dead : {"http://empty.example/", "http://lying-page.example/", "http://lying-page.example/rss"})
    CHECK_MESSAGE(horrors->asked(dead) < 25, dead);
}
