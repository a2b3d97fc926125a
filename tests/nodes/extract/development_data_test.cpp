// Scores over the development data of extraction (the folder extraction/ of HEADRACE_DATA), which is no part of this project: where
// it is absent these tests say so and pass.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "core/testing/test_node.hpp"
#include "core/value/json.hpp"
#include "nodes/extract/html_page.hpp"
#include "nodes/extract/shingle_score.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/sitemap/gunzip.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

std::string folder(const std::string& name) {
  const char* data = std::getenv("HEADRACE_DATA");
  return data ? std::string(data) + "/extraction/" + name + "/" : "";
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Article extract(const std::string& path, const std::string& url) {
  TestNode node("extract_article");
  Bytes body(gunzip(read_file(path), 64u << 20).bytes);
  return node.given<"page">({url, std::move(body), "text/html; charset=utf-8", 200}).call<Article>().value();
}

// What the set says of each page: {name: {...}}. Null, with a message, where it is not there.
std::unique_ptr<JsonDocument> truth_of(const std::string& set) {
  std::ifstream file(folder(set) + "ground-truth.json");
  if (folder(set).empty() || !file) {
    MESSAGE("skipped: HEADRACE_DATA names no folder with extraction/" << set);
    return nullptr;
  }
  return std::make_unique<JsonDocument>(read_file(folder(set) + "ground-truth.json"));
}

std::string text_of(const ValueView& object, std::string_view name) {
  const auto value = object.member(name);
  return value && value->shape() == Shape::string ? std::string(value->string()) : std::string();
}

struct Difference {
  std::string page, field, reason;
  bool operator<(const Difference& other) const { return std::tie(page, field) < std::tie(other.page, other.field); }
};

// Where we differ from what the readability pages expect, and why.
const std::set<Difference> differences = {
    {"004-metadata-space-separated-properties", "title", "as the page shows it"},
    {"salon-1", "byline", "the page shows several articles, and rel=author marks that of another one only"},
    {"002", "siteName", "the name without its slogan"},
    {"archive-of-our-own", "title", "og:title says more; nothing confirms either"},
    {"archive-of-our-own", "byline", "the person who wrote it, and not the archive"},
    {"buzzfeed-1", "title", "as the page shows it, with its own quotation marks"},
    {"cnet-svg-classes", "title", "as the page shows it; theirs is written for search engines"},
    {"ebb-org", "title", "without the name of the site"},
    {"ebb-org", "byline", "the name without the address behind it"},
    {"gmw", "title", "without section and site"},
    {"herald-sun-1", "byline", "the meta element names another author than the byline"},
    {"iab-1", "title", "without the name of the site"},
    {"iab-1", "byline", "the name without 'By'"},
    {"ietf-1", "byline", "both authors, first names first"},
    {"lazy-image-1", "siteName", "the address confirms the platform, which og:site_name names"},
    {"lemonde-1", "byline", "the author; the parenthesis behind names helpers"},
    {"medium-3", "title", "as the page shows it, without author and site"},
    {"mozilla-1", "title", "as the page shows it; theirs is the title element"},
    {"seattletimes-1", "byline", "theirs is the date; the authors are people"},
    {"simplyfound-1", "siteName", "the name without the author"},
    {"spiceworks", "byline", "theirs is the date"},
    {"spiceworks", "siteName", "as og:site_name declares it"},
    {"tmz-1", "siteName", "a name and not an address"},
    {"toc-missing", "byline", "not found: it stands in the title element and in a copyright only"},
    {"videos-2", "siteName", "as the page declares it"},
    {"webmd-1", "byline", "the name without 'By', degree and outlet"},
    {"webmd-2", "byline", "the name without 'By' and outlet"},
    {"wikia", "title", "as the page shows it, with its own quotation marks"},
    {"wikipedia-2", "byline", "a crowd is nobody"},
    {"yahoo-4", "title", "without the name of the site"},
    {"yahoo-4", "byline", "theirs means 'private person'"},
};

}  // namespace

TEST_CASE("development data: the text of the article benchmark") {
  const auto truth = truth_of("article-benchmark");
  if (!truth) return;
  double precision = 0, recall = 0, pages = 0;
  for (const auto& [id, page] : truth->root().members()) {
    const Article article = extract(folder("article-benchmark") + "html/" + std::string(id) + ".html.gz", text_of(page, "url"));
    const ShingleScore score = Shingles(text_of(page, "articleBody")).score(article.text.value_or(""));
    precision += score.precision, recall += score.recall, ++pages;
  }
  precision /= pages, recall /= pages;
  const double f1 = 2 * precision * recall / (precision + recall);
  MESSAGE("F1 " << f1 << ", precision " << precision << ", recall " << recall);
  CHECK(f1 >= 0.985);
}

TEST_CASE("development data: the metadata of the readability pages, but for known differences") {
  const auto truth = truth_of("readability-pages");
  if (!truth) return;
  std::set<Difference> found;
  for (const auto& [name, page] : truth->root().members()) {
    const Article article = extract(folder("readability-pages") + std::string(name) + "/source.html.gz", "http://fakehost/test/page.html");
    std::string authors;
    for (const std::string& author : article.authors) authors += (authors.empty() ? "" : ", ") + author;
    const auto compare = [&](const char* field, const std::string& expected, const std::string& got) {
      if (!expected.empty() && squeezed(expected) != squeezed(got)) {
        INFO(std::string(name) << " " << std::string(field) << ": expected '" << expected << "', got '" << got << "'");
        const bool known = differences.contains({std::string(name), field, ""});
        CHECK(known);
        found.insert({std::string(name), field, ""});
      }
    };
    compare("title", text_of(page, "title"), article.title.value_or(""));
    compare("byline", text_of(page, "byline"), authors);
    compare("siteName", text_of(page, "siteName"), article.publisher.value_or(""));
    compare("lang", text_of(page, "lang"), article.language.value_or(""));
  }
  for (const Difference& each : differences) {
    INFO(each.page << " " << each.field << " does not differ any more");
    CHECK(found.contains(each));
  }
}
