// What it costs to read a page: gumbo on the raw bytes, which is what every reader of HTML on top of it pays, and our way: what
// has no words blanked first, the parser's memory in slabs, one walk into a flat list. `extract` measures the whole article.
#include "bench/news_pages.hpp"
#include "bench/workload.hpp"
#include "nodes/extract/html_page.hpp"

namespace {

bench::Report run(const bench::Settings& settings) {
  const auto pages = bench::news_pages(settings.quick);
  const auto timed = [&](auto&& one) {
    return bench::time_per(pages.files.size(), bench::By::thread, [&] {
      for (const std::string& page : pages.files) bench::keep(one(page));
    });
  };
  const auto times = bench::in_turns(
      settings.repetitions, {[&] { return timed([](const std::string& page) { return headrace::HtmlPage(page, std::nullopt).size(); }); },
                             [&] { return timed(bench::parse_by_gumbo); }});
  return {"ns per page", {{"flat page, " + pages.description, times[0], "gumbo on the raw bytes", times[1]}}};
}

[[maybe_unused]] const bool known = bench::add({"parse", "Reading HTML into a tree, beside the parser alone.", run});

}  // namespace
