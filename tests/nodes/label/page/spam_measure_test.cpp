// How well spam is told from pages: learnt from some invented sites, measured on others (other sentences, hosts, layouts, and mostly
// other languages), and on real pages and texts that are no spam. What the figures are worth is told in docs/barrier.md.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <sstream>

#include "core/state/store.hpp"
#include "core/testing/test_node.hpp"
#include "core/value/json.hpp"
#include "nodes/keys.hpp"
#include "nodes/label/page/page_model.hpp"
#include "nodes/poll/sitemap/gunzip.hpp"
#include "tests/nodes/label/page/invented_sites.hpp"
#include "tests/support/resources.hpp"

using namespace headrace;
using headrace::testing::InventedPage;
using headrace::testing::InventedSite;
using headrace::testing::InventedSites;
using headrace::testing::TestNode;

namespace {

constexpr double most_spam = 0.9;  // judge_page's default

struct ReadPage {
  Page page;
  Article article;
};

ReadPage read_page(std::string url, std::string html) {
  static TestNode extract("extract_article");
  ReadPage out{{std::move(url), Bytes(std::move(html)), "text/html; charset=utf-8", 200}, {}};
  out.article = extract.given<"page">(out.page).call<Article>().value();
  return out;
}

PageContent content_of(const ReadPage& read) { return {read.page.url, &read.article, &read.page}; }

// Right and wrong, by kind.
struct Score {
  int spam = 0, found = 0, ham = 0, lost = 0;
  void add(bool is_spam, bool called_spam) {
    (is_spam ? spam : ham) += 1;
    found += is_spam && called_spam;
    lost += !is_spam && called_spam;
  }
  void add(const Score& other) {
    spam += other.spam, found += other.found;
    ham += other.ham, lost += other.lost;
  }
  double recall() const { return spam == 0 ? 1 : static_cast<double>(found) / spam; }
  double false_drops() const { return ham == 0 ? 0 : static_cast<double>(lost) / ham; }
  double precision() const { return found + lost == 0 ? 1 : static_cast<double>(found) / (found + lost); }
  std::string text() const {
    std::ostringstream out;
    out << "found " << found << " of " << spam << " spam, dropped " << lost << " of " << ham << " others, precision " << precision();
    return out.str();
  }
};

class Measured {
 public:
  // Learns twenty pages of every site of the learning part but those of the kind `without`, and `others`, which are no spam, in an
  // order that the seed draws.
  explicit Measured(std::string_view without = {}, const std::vector<PageContent>& others = {}, unsigned seed = 11) : sites_(seed) {
    std::vector<std::pair<const InventedSite*, const PageContent*>> order;
    for (const InventedSite* site : sites_.of("learn"))
      if (site->kind != without) order.insert(order.end(), 20, {site, nullptr});
    for (const PageContent& other : others) order.emplace_back(nullptr, &other);
    std::mt19937 random(seed);
    std::shuffle(order.begin(), order.end(), random);
    for (const auto& [site, other] : order) {
      if (other) {
        model_->learn(*other, false);
        continue;
      }
      const InventedPage page = sites_.draw(*site);
      model_->learn(content_of(read_page(page.url, page.html)), page.spam);
    }
  }

  // Twenty pages of each site of the part `test`, by kind of site.
  std::map<std::string, Score> of_new_sites() {
    std::map<std::string, Score> out;
    for (const InventedSite* site : sites_.of("test"))
      for (int i = 0; i < 20; ++i) {
        const InventedPage page = sites_.draw(*site);
        out[site->kind].add(page.spam, is_spam(content_of(read_page(page.url, page.html))));
      }
    return out;
  }
  bool is_spam(const PageContent& content) const { return model_->spam(content) > most_spam; }

 private:
  std::shared_ptr<PageModel> model_ = testing::make_resource<PageModel>("page_model", "{}", {{"store", make_memory_store()}});
  InventedSites sites_;
};

Score sum(const std::map<std::string, Score>& scores) {
  Score out;
  for (const auto& [name, score] : scores) out.add(score);
  return out;
}

// ---- real pages and texts, none of them spam (HEADRACE_DATA, which is no part of this project)

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Null, with a message, where it is not there.
const char* data_folder() {
  const char* data = std::getenv("HEADRACE_DATA");
  if (data && std::ifstream(std::string(data) + "/extraction/article-benchmark/ground-truth.json")) return data;
  MESSAGE("skipped: HEADRACE_DATA names no folder with extraction/ and topics/");
  return nullptr;
}

std::string unpacked(const std::string& path) { return gunzip(read_file(path), 64u << 20).bytes; }

std::vector<ReadPage> real_pages(const std::string& data, const std::string& set) {
  std::vector<ReadPage> out;
  const std::string folder = data + "/extraction/" + set + "/", text = read_file(folder + "ground-truth.json");
  const JsonDocument truth(text);
  for (const auto& [id, about] : truth.root().members()) {
    const std::string name(id);
    const auto url = about.member("url");
    const std::string path = set == "article-benchmark" ? "html/" + name + ".html.gz" : name + "/source.html.gz";
    out.push_back(read_page(url ? std::string(url->string()) : "https://" + name + ".example/", unpacked(folder + path)));
  }
  return out;
}

// Documents of topics/, whose last two columns are title and text.
std::vector<Article> real_texts(const std::string& data, const std::string& part, std::size_t most) {
  std::istringstream lines(unpacked(data + "/topics/" + part + ".docs.tsv.gz"));
  std::vector<Article> out;
  std::string line;
  std::getline(lines, line);
  while (out.size() < most && std::getline(lines, line)) {
    const std::size_t text = line.rfind('\t'), title = line.rfind('\t', text - 1);
    out.emplace_back();
    out.back().title = line.substr(title + 1, text - title - 1);
    out.back().text = line.substr(text + 1);
  }
  return out;
}

}  // namespace

TEST_CASE("judge_page: of the spam of sites that it never saw most is found, and of their other pages one in a hundred dropped") {
  std::map<std::string, Score> scores;
  for (const unsigned seed : {11u, 12u, 13u})
    for (const auto& [kind, score] : Measured({}, {}, seed).of_new_sites()) scores[kind].add(score);
  for (const auto& [kind, score] : scores) MESSAGE(kind << ": " << score.text());
  const Score all = sum(scores);
  MESSAGE("all: " << all.text());
  CHECK(all.recall() >= 0.65);
  CHECK(all.precision() >= 0.99);
  CHECK(all.false_drops() <= 0.01);
}

TEST_CASE("judge_page: of kinds of spam that it never learnt some is found, and nothing more is dropped") {
  Score all;
  for (const std::string kind : {"doorway", "link_farm", "parked", "promo", "shop", "spun", "stuffing", "wall"}) {
    auto scores = Measured(kind).of_new_sites();
    MESSAGE("without " << kind << ": " << scores[kind].text());
    Score others = sum(scores);
    others.spam = scores[kind].spam, others.found = scores[kind].found;
    all.add(others);
  }
  MESSAGE("all: " << all.text());
  CHECK(all.recall() >= 0.4);
  CHECK(all.false_drops() <= 0.01);
}

TEST_CASE("judge_page: of real pages one in a hundred is dropped once it has been taught with others") {
  const char* const data = data_folder();
  if (!data) return;
  const std::vector<std::vector<ReadPage>> sets = {real_pages(data, "article-benchmark"), real_pages(data, "readability-pages")};
  Score untaught, taught, spam;
  for (std::size_t learnt = 0; learnt < 2; ++learnt) {
    std::vector<PageContent> others;
    for (const ReadPage& read : sets[learnt]) others.push_back(content_of(read));
    Measured without, with({}, others);
    for (const ReadPage& read : sets[1 - learnt]) {
      untaught.add(false, without.is_spam(content_of(read)));
      taught.add(false, with.is_spam(content_of(read)));
    }
    spam.add(sum(with.of_new_sites()));
  }
  MESSAGE("taught with invented pages only: " << untaught.text());
  MESSAGE("with the other set of real pages as well: " << taught.text());
  MESSAGE("and then of the invented spam: " << spam.text());
  CHECK(taught.false_drops() <= 0.01);
  CHECK(spam.recall() >= 0.6);
}

TEST_CASE("judge_page: of real texts one in a hundred is dropped once it has been taught with others") {
  const char* const data = data_folder();
  if (!data) return;
  const std::vector<std::string> sets = {"20ng", "reuters90", "ag"};
  std::vector<std::vector<Article>> texts;
  std::vector<PageContent> others;
  for (const std::string& set : sets) texts.push_back(real_texts(data, set + ".train", 100));
  for (const auto& set : texts)
    for (const Article& article : set) others.push_back({{}, &article, nullptr});
  Measured without, with({}, others);
  for (const std::string& set : sets) {
    Score untaught, taught;
    for (const Article& article : real_texts(data, set + ".dev", 10'000)) {
      untaught.add(false, without.is_spam({{}, &article, nullptr}));
      taught.add(false, with.is_spam({{}, &article, nullptr}));
    }
    MESSAGE(set << ", taught with invented pages only: " << untaught.text());
    MESSAGE(set << ", with 100 texts of each set as well: " << taught.text());
    CHECK(taught.false_drops() <= 0.01);
  }
  const Score spam = sum(with.of_new_sites());
  MESSAGE("and then of the invented spam: " << spam.text());
  CHECK(spam.recall() >= 0.6);
}
