// The page of stories: the same bytes for the same documents, nothing of theirs left unescaped, and no request but for images.
// HEADRACE_UPDATE_GOLDEN=1 writes the golden page anew.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;
namespace fs = std::filesystem;

namespace {

struct Row {
  std::string id, story, url;
  std::optional<std::string> title;
  Article article{};
  std::vector<Topic> topics{};
  std::optional<Picture> picture{};
};

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Folder {
  fs::path path = fs::temp_directory_path() / ("headrace-page-" + std::to_string(::getpid()));
  Folder() { fs::remove_all(path); }
  ~Folder() { fs::remove_all(path); }
  std::string page() const { return (path / "new" / "stories.html").string(); }
};

void give(TestNode& sink, const Row& row) {
  sink.given<"document_id">(row.id)
      .given<"url">(row.url)
      .given<"topics">(row.topics)
      .given<"article">(row.article)
      .given<"story">({row.story, row.id == row.story});
  row.title ? sink.given<"title">(*row.title) : sink.absent("title");
  row.picture ? sink.given<"picture">(*row.picture) : sink.absent("picture");
  REQUIRE(sink.call_sink() == Status::ready);
}

std::string page_of(const std::vector<Row>& rows, const std::string& more = "") {
  const Folder folder;
  TestNode sink("write_story_page", "{path: '" + folder.page() + "'" + more + "}");
  sink.node();
  for (const Row& row : rows) give(sink, row);
  sink.node().close();
  CHECK_FALSE(fs::exists(folder.page() + ".new"));
  return read(folder.page());
}

Article article(const std::string& time, const std::string& language, const std::string& description,
                std::optional<std::string> image = {}) {
  Article out;
  out.published = parse_time(time);
  out.language = language;
  out.description = description;
  out.image = std::move(image);
  return out;
}

const std::string drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";

std::vector<Row> rows() {
  return {
      {"a1",
       "a1",
       "http://gazette.localhost:4000/surge",
       "Storm surge breaches sea wall",
       article("2026-03-03T06:40:00Z", "en", "Forty metres gave way."),
       {{"weather", 0.9}, {"politics", 0.25}},
       Picture{"http://gazette.localhost/s.svg", Bytes(drawing), "image/svg+xml"}},
      {"a2", "a1", "http://m.post.localhost:4000/flood", "Harbour streets flooded", article("2026-03-03", "en-GB", ""), {{"weather", 0.6}}},
      {"b1", "b1", "https://bote.localhost/bruecke", "Alte Brücke gesperrt",
       article("2026-03-04T11:30:00Z", "de", "Risse im Pfeiler.", "https://bote.localhost/b.jpg")},
      {"c1", "c1", "http://bulletin.localhost:4000/ferry", std::nullopt},
  };
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t number = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++number;
  return number;
}

}  // namespace

TEST_CASE("write_story_page: the golden page, whatever the order of arrival") {
  const std::string golden = std::string(HEADRACE_SOURCE_DIR) + "/tests/nodes/store/data/stories.html";
  std::vector<Row> documents = rows();
  const std::string page = page_of(documents);
  if (std::getenv("HEADRACE_UPDATE_GOLDEN")) std::ofstream(golden, std::ios::binary) << page;
  CHECK(page == read(golden));
  std::reverse(documents.begin(), documents.end());
  documents.push_back(documents.front());  // a repeat changes nothing
  CHECK(page_of(documents) == page);
}

TEST_CASE("write_story_page: a hostile document is shown as text") {
  const std::string attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;\n\x01\xff";
  Row row{"h1",           attack, "javascript:alert(1)", attack, article("2026-03-03", "en\" onload=\"x", attack, "javascript:alert(1)"),
          {{attack, 0.9}}};
  Row second = row;
  second.id = "h2";
  second.url = "http://evil.localhost/\"><script>";
  second.article.image = "http://evil.localhost/\"onerror=\"alert(1)";
  second.picture = Picture{"http://evil.localhost/", Bytes("<script>"), "text/html"};
  const std::string page = page_of({row, second}, ", title: '<script>title</script>'");
  for (const char* bad :
       {"<script", "onload=\"", "href=\"javascript", "src=\"javascript", "<img src=x", "src=\"http://evil.localhost/\"", "\x01", "\xff"})
    CHECK_MESSAGE(page.find(bad) == std::string::npos, bad);
  CHECK(page.find("&lt;script&gt;title&lt;/script&gt;") != std::string::npos);
  CHECK(page.find("src=\"http://evil.localhost/&quot;onerror=&quot;alert(1)\"") != std::string::npos);
}

TEST_CASE("write_story_page: nothing is asked for but images, and those that were fetched are in the page") {
  const std::string page = page_of(rows());
  CHECK(page.find("default-src 'none'; img-src data: http: https:; style-src 'unsafe-inline'") != std::string::npos);
  for (const char* tag : {"<script", "<link", "<iframe", "<object", "<form", "@import", "url(", "srcset", "@font-face"})
    CHECK_MESSAGE(page.find(tag) == std::string::npos, tag);
  CHECK(count(page, "src=\"") == 2);
  CHECK(page.find("src=\"data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=\"") != std::string::npos);
  CHECK(page.find("src=\"https://bote.localhost/b.jpg\"") != std::string::npos);
  CHECK(page_of(rows(), ", embed: 10").find("data:image/svg") == std::string::npos);
}

TEST_CASE("write_story_page: a reader finds landmarks, headings and texts for images") {
  const std::string page = page_of(rows());
  for (const char* part : {"<html lang=\"en\">", "<main id=\"stories\">", "class=\"skip\"", "<header>", "<footer>", "<h1>Stories</h1>",
                           "name=\"viewport\"", "prefers-color-scheme: dark"})
    CHECK_MESSAGE(page.find(part) != std::string::npos, part);
  CHECK(count(page, "<img ") == count(page, " alt=\"Picture of "));
  CHECK(count(page, "<article>") == 3);
  CHECK(page.find("lang=\"de\"") != std::string::npos);
}

TEST_CASE("write_story_page: the newest documents stay, in any order of arrival") {
  std::vector<Row> documents = rows();
  for (int turn = 0; turn < 4; ++turn) {
    std::rotate(documents.begin(), documents.begin() + 1, documents.end());
    const std::string page = page_of(documents, ", max_documents: 2");
    CHECK(page.find("2 documents in 2 stories from 2 outlets") != std::string::npos);
    CHECK(page.find("bulletin.localhost") == std::string::npos);
    CHECK(page.find("m.post.localhost") == std::string::npos);
  }
}

TEST_CASE("write_story_page: the page is replaced whole, a device is not replaced, and a run without documents has a page") {
  const Folder folder;
  TestNode sink("write_story_page", "{path: '" + folder.page() + "'}");
  sink.node().close();
  CHECK(read(folder.page()).find("There are no stories yet.") != std::string::npos);
  give(sink, rows().front());
  CHECK(read(folder.page()).find("Storm surge breaches") != std::string::npos);  // at the flush
  CHECK(sink.node().last_word() == "1 document in 1 story: " + folder.page());

  TestNode to_device("write_story_page", "{path: /dev/null}");
  to_device.node().close();
  CHECK(fs::is_character_file("/dev/null"));
  CHECK_THROWS_WITH_AS(TestNode("write_story_page", "{path: '" + folder.path.string() + "'}").node(), doctest::Contains("is a folder"),
                       NodeError);
}
