// What it costs to make an article of a page, beside gumbo's parse of its raw bytes: the goal is at most half of that.
#include "bench/news_pages.hpp"
#include "bench/workload.hpp"
#include "nodes/extract/main_text.hpp"
#include "nodes/extract/metadata.hpp"
#include "nodes/extract/page_language.hpp"

namespace {

std::size_t extract(const std::string& page) {
  const headrace::HtmlPage html(page, std::nullopt);
  const headrace::PageParts parts(html, "https://www.coast.example/news/wall");
  const headrace::Metadata found = headrace::read_metadata(parts);
  const headrace::TextTree tree(html, parts.traits);
  const headrace::ArticleHead head{found.article.title, found.article.authors};
  const std::string text = headrace::find_main_text(parts, tree, head, headrace::Favor::balanced).text();
  return text.size() + headrace::find_language(html, parts.meta, parts.json.language, text).has_value() + found.article.authors.size();
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
                             [&] { return timed([](const std::string& page) { return headrace::HtmlPage(page, std::nullopt).size(); }); }});
  return {"ns per page",
          {{"whole article, " + pages.description, times[0], "gumbo on the raw bytes", times[1]},
           {"reading the page", times[2], "whole article", times[0]}}};
}

[[maybe_unused]] const bool known = bench::add({"extract", "Page to article, beside gumbo's parse of the page.", run});

}  // namespace
