// What it costs to make an article of a page, beside gumbo's parse of its raw bytes: the goal is at most half of that. And how much
// memory a page takes while that is done (goal: ten times its size), and what a second thread adds (goal: 1.9 times the pages).
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <thread>

#include "bench/news_pages.hpp"
#include "bench/workload.hpp"
#include "nodes/extract/main_text.hpp"
#include "nodes/extract/metadata.hpp"
#include "nodes/extract/page_language.hpp"

namespace {

using Pages = std::vector<std::string>;

std::size_t extract(const std::string& page) {
  const headrace::HtmlPage html(page, std::nullopt);
  const headrace::PageParts parts(html, "https://www.coast.example/news/wall");
  const headrace::Metadata found = headrace::read_metadata(parts);
  const headrace::TextTree tree(html, parts.traits);
  const headrace::ArticleHead head{found.article.title, found.article.authors};
  const std::string text = headrace::find_main_text(headrace::TextSearch(parts, tree, head), headrace::Favor::balanced).text();
  return text.size() + headrace::find_language(html, parts.meta, parts.json.language, text).has_value() + found.article.authors.size();
}

// Bytes of /proc/self/status; 0 where there is none.
double status(std::string_view field) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(field)) return std::strtod(line.c_str() + field.size(), nullptr) * 1024;
  return 0;
}

// How far the resident memory rises while one page is read, for each of its bytes; nothing where the system does not tell. The small
// ones are left out: their pages of memory weigh more than they do.
std::optional<bench::Spread> memory_per_byte(const Pages& pages) {
  constexpr std::size_t least = 50'000;
  std::vector<double> rises;
  for (const std::string& page : pages) {
    if (page.size() < least) continue;
    malloc_trim(0);
    if (!(std::ofstream("/proc/self/clear_refs") << 5 << std::flush)) return {};  // forgets the peak
    const double before = status("VmRSS:");
    bench::keep(extract(page));
    rises.push_back(std::max(0.0, status("VmHWM:") - before) / static_cast<double>(page.size()));
  }
  if (rises.empty()) return {};
  std::sort(rises.begin(), rises.end());
  return bench::Spread{rises.front(), rises[rises.size() / 2], rises.back()};
}

// Every page four times, by so many threads: a thread that has nothing left to do at the end shall not count.
double wall(const Pages& pages, std::size_t threads) {
  const std::size_t all = 4 * pages.size();
  return bench::time_per(all, bench::By::wall, [&] {
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < threads; ++i)
      workers.emplace_back([&] {
        for (std::size_t page = next++; page < all; page = next++) bench::keep(extract(pages[page % pages.size()]));
      });
  });
}

bench::Report run(const bench::Settings& settings) {
  const auto pages = bench::news_pages(settings.quick);
  const auto timed = [&](auto&& one) {
    return bench::time_per(pages.files.size(), bench::By::thread, [&] {
      for (const std::string& page : pages.files) bench::keep(one(page));
    });
  };
  const auto times = bench::in_turns(
      settings.repetitions, {[&] { return timed(extract); }, [&] { return timed(bench::parse_by_gumbo); },
                             [&] { return timed([](const std::string& page) { return headrace::HtmlPage(page, std::nullopt).size(); }); },
                             [&] { return wall(pages.files, 2); }, [&] { return wall(pages.files, 1); }});
  bench::Report report{"ns per page",
                       {{"whole article, " + pages.description, times[0], "gumbo on the raw bytes", times[1]},
                        {"reading the page", times[2], "whole article", times[0]},
                        {"two threads, wall", times[3], "one thread", times[4]}}};
  if (const auto memory = memory_per_byte(pages.files))
    report.rows.push_back({"peak memory, bytes a byte", *memory, "the page itself", {1, 1, 1}});
  return report;
}

[[maybe_unused]] const bool known = bench::add({"extract", "Page to article, beside gumbo's parse of the page.", run});

}  // namespace
