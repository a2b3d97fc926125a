// A stream of links through judge_link, the barrier and judge_page, as in news.yaml: what is fetched, what is dropped, and why. The
// page model was taught beforehand, with pages of other sites; the link model begins empty, and learns from judge_page and from readers.
#include <doctest/doctest.h>

#include "core/config/tree.hpp"
#include "core/run/run.hpp"
#include "core/state/store.hpp"
#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"
#include "nodes/label/page/page_model.hpp"
#include "tests/core/run/kill_support.hpp"
#include "tests/nodes/label/page/invented_sites.hpp"
#include "tests/nodes/poll/link/link_stream.hpp"
#include "tests/support/resources.hpp"

using namespace headrace;
using headrace::testing::InventedPage;
using headrace::testing::InventedSite;
using headrace::testing::InventedSites;
using headrace::testing::LinkStream;
using headrace::testing::TestNode;

namespace {

// The page and its article come with the link: `read` stands where a pipeline would fetch.
constexpr std::string_view pipeline = R"(
inputs: [link, title, page, article, spam]
resources: {store: {node: rocksdb, path: STATE}}
graph:
  canonical: canonical_url
  promising: {node: judge_link, in: {identity: canonical.identity}}
  admitted:  {node: barrier, in: {identity: canonical.identity}, after: [promising]}
  read:      {node: is_thin, in: {text: article.text}, after: [admitted]}
  genuine:   {node: judge_page, in: {identity: canonical.identity}, after: [read]}
identity: canonical.document_id
sinks:
  lessons: {node: learn_link, in: {identity: canonical.identity}}
)";

struct ReadPage {
  Page page;
  Article article;
};

std::vector<ReadPage> pages_of(InventedSites& sites, std::string_view part, bool spam, int each) {
  TestNode extract("extract_article");
  std::vector<ReadPage> out;
  for (const InventedSite* site : sites.of(part)) {
    if (site->spam != spam) continue;
    for (int i = 0; i < each; ++i) {
      const InventedPage page = sites.draw(*site);
      out.push_back({{page.url, Bytes(page.html), "text/html; charset=utf-8", 200}, {}});
      out.back().article = extract.given<"page">(out.back().page).call<Article>().value();
    }
  }
  return out;
}

// Leaves in the folder what a run of learn_page would: six hundred lessons, of both kinds in turn.
void teach(InventedSites& sites, const std::string& folder) {
  const std::shared_ptr<Store> store = open_rocksdb(folder);
  const auto model = testing::make_resource<PageModel>("page_model", "{}", {{"store", store}});
  const auto spam = pages_of(sites, "learn", true, 20), others = pages_of(sites, "learn", false, 20);
  for (std::size_t i = 0; i < 600; ++i) {
    const auto& from = i % 2 == 0 ? spam : others;
    const ReadPage& read = from[i / 2 * 20 % from.size() + i / 2 * 20 / from.size() % 20];  // one page of each site, then the next
    model->learn({read.page.url, &read.article, &read.page}, i % 2 == 0);
  }
}

struct Counts {
  int spam = 0, spam_read = 0, spam_done = 0, others = 0, others_lost = 0;
};

struct Links {
  InventedSites sites{11};
  const std::vector<ReadPage> spam = pages_of(sites, "test", true, 5), others = pages_of(sites, "test", false, 5);
  Counts counts;  // behind the learning period
  RunReport report;

  Seed seed_of(const Plan& plan, const LinkStream::Item& item, int number) const {
    const auto& from = item.spam ? spam : others;
    const ReadPage& read = from[static_cast<std::size_t>(number) % from.size()];
    Seed seed;
    seed.values.emplace_back(plan.find_slot("link"), AnyValue::of(item.url));
    seed.values.emplace_back(plan.find_slot("title"), AnyValue::of(item.title));
    seed.values.emplace_back(plan.find_slot("page"), AnyValue::of(read.page));
    seed.values.emplace_back(plan.find_slot("article"), AnyValue::of(read.article));
    seed.values.emplace_back(plan.find_slot("spam"), AnyValue::of(item.spam));
    return seed;
  }

  // Every tenth link was there 500 links before, and every tenth one leads to a sound.
  void run(int links, int learning) {
    const kill_test::Folder folder;
    teach(sites, folder.path("state"));
    std::string text(pipeline);
    text.replace(text.find("STATE"), 5, folder.path("state"));
    Compiled compiled = compile_config(parse_config(text, "links_and_pages.yaml"));
    REQUIRE(compiled.plan);
    const Plan& plan = *compiled.plan;
    const int spam_slot = plan.find_slot("spam"), read_slot = plan.find_slot("read");
    int retired = 0;
    RunOptions options;
    options.executor = Executor::serial;
    options.ordered = options.keep_values = true;
    options.clock = make_virtual_clock();
    options.feed = [&](Feeder& feeder) {
      LinkStream stream;
      std::vector<LinkStream::Item> items;
      for (int i = 0; i < links; ++i) {
        items.push_back(i % 10 == 7 && i > 500 ? items[items.size() - 500] : stream.next());
        if (i % 10 == 3) items.back().url += "/tide.mp3";
        if (!feeder.admit(seed_of(plan, items.back(), i))) return;
      }
    };
    options.observer = [&](const RetiredRecord& record) {
      const bool is_spam = *static_cast<const bool*>(record.value(spam_slot)), read = record.status(read_slot) == Status::ready;
      if (++retired <= learning) return;
      (is_spam ? counts.spam : counts.others) += 1;
      counts.spam_read += is_spam && read;
      counts.spam_done += is_spam && record.verdict() == Verdict::done;
      counts.others_lost += !is_spam && record.reason() == "spam";
    };
    report = Run(plan, std::move(options)).run();
  }

  std::uint64_t dropped_at(std::string_view key) const {
    for (const KeyStatistics& each : report.keys)
      if (each.key == key) return each.dropped;
    return 0;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Links, "links and pages: at most 5 % of the spam is fetched and 1 % of the rest dropped, and each reason is counted") {
  run(8'000, 4'000);
  MESSAGE("of " << counts.spam << " links to spam " << counts.spam_read << " were fetched and " << counts.spam_done
                << " became documents; of " << counts.others << " others " << counts.others_lost << " were dropped as spam");
  CHECK(counts.spam > 1000);
  CHECK(counts.others > 1000);
  CHECK(counts.spam_read * 20 <= counts.spam);
  CHECK(counts.others_lost * 100 <= counts.others);

  const Ledger& ledger = report.ledger;
  for (const auto& [reason, count] : ledger.dropped_by_reason) MESSAGE(reason << " " << count);
  CHECK(ledger.dropped_by_reason.at("spam") == dropped_at("promising") + dropped_at("genuine"));
  CHECK(dropped_at("genuine") > 0);
  CHECK(ledger.dropped_by_reason.at("blocked_extension") > 0);
  CHECK(ledger.dropped_by_reason.at("seen") > 300);
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : ledger.dropped_by_reason) sum += count;
  CHECK(sum == ledger.dropped);
  CHECK(ledger.admitted == ledger.done + ledger.dropped);
}
