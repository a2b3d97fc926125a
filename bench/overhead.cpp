// What the engine itself costs where nodes do real work: the processor time of a whole run of pipelines/article.yaml over pages
// in memory, beside the same nodes called by hand in a loop, one page after the other. Their difference is the engine's own.
#include <filesystem>
#include <stdexcept>

#include "bench/plans.hpp"
#include "bench/workload.hpp"
#include "core/node.hpp"
#include "core/run/io_loop.hpp"
#include "core/run/services.hpp"
#include "nodes/keys.hpp"

namespace {

using headrace::Article;
using headrace::In;
using headrace::Page;

// ---- pages -------------------------------------------------------------------------------------------------------------

constexpr const char* words[] = {"council", "harbour", "the",     "of",     "a",      "ferry",  "said",  "on",      "Tuesday",
                                 "that",    "winter",  "repairs", "to",     "its",    "north",  "quay",  "would",   "cost",
                                 "more",    "than",    "was",     "first",  "feared", "after",  "storm", "damaged", "pumps",
                                 "which",   "supply",  "half",    "county", "market", "prices", "rose",  "budget",  "vote"};

std::string prose(unsigned& seed, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    seed = seed * 1664525u + 1013904223u;
    out += std::string(words[(seed >> 16) % std::size(words)]) + (i % 14 == 13 ? ". " : " ");
  }
  return out;
}

std::string list_of_links(unsigned& seed, int count) {
  std::string out = "<ul>";
  for (int i = 0; i < count; ++i) out += "<li><a href='/section/" + std::to_string(i) + "'>" + prose(seed, 4) + "</a></li>";
  return out + "</ul>";
}

// About what a news page is made of: navigation, an article, related links, comments, scripts; some 40 KB.
std::string page(unsigned number) {
  unsigned seed = number + 1;
  std::string out = "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>" + prose(seed, 7) + "- The Outlet</title><script>" +
                    std::string(12'000, 'x') + "</script></head><body><nav>" + list_of_links(seed, 60) + "</nav><main><article><h1>" +
                    prose(seed, 7) + "</h1><p class='byline'>By A Writer</p><time datetime='2026-03-02T08:00:00Z'>2 March</time>";
  for (int i = 0; i < 18; ++i) out += "<p>" + prose(seed, 55) + "</p>";
  out += "</article><aside>" + list_of_links(seed, 40) + "</aside><section class='comments'>";
  for (int i = 0; i < 25; ++i) out += "<div class='comment'><b>reader</b><p>" + prose(seed, 20) + "</p></div>";
  return out + "</section></main><footer>" + list_of_links(seed, 30) + "</footer></body></html>";
}

const std::vector<Page>& pages() {
  static const std::vector<Page> all = [] {
    std::vector<Page> out;
    for (unsigned i = 0; i < 64; ++i)
      out.push_back({"https://outlet.example/" + std::to_string(i), headrace::Bytes(page(i)), "text/html; charset=utf-8", 200});
    return out;
  }();
  return all;
}

const Page& page_at(const std::string& url) { return pages()[std::stoul(url) % pages().size()]; }

struct FromMemory {
  Page operator()(In<"url"> url) const { return page_at(*url); }
};
HEADRACE_NODE(FromMemory, "bench_from_memory", "Gives a page from memory.")

std::unique_ptr<headrace::Plan> article_plan() {
  const std::string file = std::filesystem::exists("pipelines/article.yaml") ? "pipelines/article.yaml" : "../pipelines/article.yaml";
  headrace::CompileOptions options;
  headrace::Replacement page{"page", {}};
  page.entry = headrace::parse_config("bench_from_memory", "bench").root;
  options.replace.push_back(std::move(page));
  auto compiled = headrace::compile_file(file, options);
  if (!compiled.plan)
    throw std::runtime_error("run this from the folder that holds pipelines/: " +
                             headrace::format_diagnostic(compiled.diagnostics.front()));
  return std::move(compiled.plan);
}

// ---- by hand -----------------------------------------------------------------------------------------------------------

class ByHand {
 public:
  explicit ByHand(const headrace::Plan& plan) {
    headrace::run::open_nodes(plan, services_, false, false, nodes_);
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
      if (plan.steps[i].key == "article") article_ = nodes_.steps[i].get();
      if (plan.steps[i].key == "topics") topics_ = nodes_.steps[i].get();
    }
  }
  void operator()(const std::string& url) {
    const Page page = page_at(url);
    headrace::CallContext context;
    context.services = &services_;
    const Article article = call<Article>(*article_, {&page}, context);
    bench::keep(call<std::vector<headrace::Topic>>(*topics_, {&article, article.language ? &*article.language : nullptr}, context));
  }

 private:
  template <class T> static T call(headrace::Node& node, std::initializer_list<const void*> inputs, headrace::CallContext& context) {
    alignas(T) std::byte room[sizeof(T)];
    if (node.call(inputs.begin(), room, context) != headrace::Status::ready)
      throw std::runtime_error("a node failed: " + context.failure.message);
    T* value = std::launder(reinterpret_cast<T*>(room));
    T out = std::move(*value);
    value->~T();
    return out;
  }
  std::unique_ptr<headrace::Clock> clock_ = headrace::make_real_clock();
  headrace::IoLoop io_{*clock_};
  headrace::Services services_{*clock_, io_, headrace::silent_log(), 1};
  headrace::run::OpenNodes nodes_;
  headrace::Node* article_ = nullptr;
  headrace::Node* topics_ = nullptr;
};

// ---- the measure -------------------------------------------------------------------------------------------------------

void run_engine(const headrace::Plan& plan, int count, int threads) {
  headrace::RunOptions options;
  options.threads = threads;
  options.feed = [&](headrace::Feeder& feeder) {
    for (int i = 0; i < count; ++i) {
      headrace::Seed seed;
      seed.values.emplace_back(plan.inputs.front(), headrace::AnyValue::of(std::to_string(i)));
      if (!feeder.admit(std::move(seed))) return;
    }
  };
  const auto report = headrace::Run(plan, std::move(options)).run();
  if (report.ledger.done != static_cast<std::uint64_t>(count)) throw std::runtime_error("not every page is done");
}

bench::Report run(const bench::Settings& settings) {
  const int count = settings.quick ? 8 : 4'000;  // with the repetitions 20,000 a side
  const int repetitions = std::min(settings.repetitions, 5);
  const auto plan = article_plan();
  ByHand by_hand(*plan);
  const auto timed = [&](auto&& body) { return bench::time_per(static_cast<std::uint64_t>(count), bench::By::process, body); };
  bench::Report report{"ns of processor time per page", {}};
  for (const int threads : settings.threads ? std::vector<int>{settings.threads} : std::vector<int>{1, 2}) {
    const auto times = bench::in_turns(repetitions, {[&] { return timed([&] { run_engine(*plan, count, threads); }); },
                                                     [&] {
                                                       return timed([&] {
                                                         for (int i = 0; i < count; ++i) by_hand(std::to_string(i));
                                                       });
                                                     }});
    report.rows.push_back(
        {"article.yaml, " + std::to_string(threads) + (threads == 1 ? " thread" : " threads"), times[0], "nodes by hand", times[1]});
  }
  return report;
}

[[maybe_unused]] const bool known =
    bench::add({"overhead", "pipelines/article.yaml over pages in memory, beside its nodes called by hand.", run});

}  // namespace
