#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

struct Row {
  std::string id, url;
  std::optional<std::string> title;
  std::vector<Topic> topics;
  std::string story;
};

const std::vector<Row> rows = {
    {"a1", "http://gazette.localhost:4000/surge", "Storm surge breaches sea wall", {{"weather", 0.9}, {"politics", 0.25}}, "a1"},
    {"a2", "http://www.post.localhost:4000/flood", "Harbour streets flooded", {{"weather", 0.6}}, "a1"},
    {"b1", "http://notes.localhost:4000/bread", "A winter of bread", {}, "b1"},
    {"c1", "http://bulletin.localhost:4000/ferry", std::nullopt, {{"travel", 1}}, "c1"},
};

std::string print(const std::vector<Row>& documents) {
  const std::string path = (std::filesystem::temp_directory_path() / ("headrace-stories-" + std::to_string(::getpid()))).string();
  {
    TestNode sink("print_stories", "{path: '" + path + "'}");
    sink.node();
    for (const Row& row : documents) {
      sink.given<"document_id">(row.id).given<"url">(row.url).given<"topics">(row.topics).given<"story">({row.story, row.id == row.story});
      row.title ? sink.given<"title">(*row.title) : sink.absent("title");
      sink.call_sink();
    }
    CHECK(std::filesystem::file_size(path) == 0);  // not before the end
    sink.node().close();
    sink.node().close();
  }
  std::ifstream file(path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  std::filesystem::remove(path);
  return text;
}

}  // namespace

TEST_CASE("print_stories: large stories first, then by headline, each with its documents") {
  CHECK(print(rows) == R"(size  story                                                   topics
   2  Storm surge breaches sea wall                           weather 0.75, politics 0.12
        gazette.localhost             Storm surge breaches sea wall
        post.localhost                Harbour streets flooded
   1  (untitled)                                              travel 1.00
        bulletin.localhost            (untitled)
   1  A winter of bread
        notes.localhost               A winter of bread
4 documents in 3 stories
)");
  CHECK(print({}).ends_with("0 documents in 0 stories\n"));
}

TEST_CASE("print_stories: as many whole topics as there is room for, three at most") {
  const auto topics = [](std::vector<Topic> list) {
    const std::string text = print({{"a", "http://a.localhost/", "Tide", std::move(list), "a"}});
    const auto at = text.find("Tide") + 56;
    return text.substr(at, text.find('\n', at) - at);
  };
  CHECK(topics({{"a", 0.1}, {"b", 0.4}, {"c", 0.3}, {"d", 0.2}}) == "b 0.40, c 0.30, d 0.20");
  CHECK(topics({{"environment", 0.9}, {"technology", 0.8}, {"politics", 0.7}}) == "environment 0.90, technology 0.80");
}

TEST_CASE("print_stories: neither order, nor repeats, nor ports change the text") {
  const std::string wanted = print(rows);
  std::vector<Row> others = rows;
  std::reverse(others.begin(), others.end());
  others.push_back(others[1]);
  for (Row& row : others) row.url.replace(row.url.find("4000"), 4, "51234");
  CHECK(print(others) == wanted);
}

TEST_CASE("print_stories: whatever the texts are, a line is one line of at most 100 characters") {
  std::string wide;
  for (int i = 0; i < 200; ++i) wide += "\u00e9";
  const std::string text = print({{"a", "http://" + std::string(300, 'h') + ".localhost/", wide, {{wide, 0.5}, {wide + "2", 0.4}}, "a"},
                                  {"b", "not a url", "two\nlines\x1b[31m", {}, "a"}});
  CHECK(text.find('\x1b') == std::string::npos);
  std::istringstream lines(text);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    CHECK(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }) <= 100);
    CHECK(is_utf8(line));
  }
  CHECK(count == 5);
}

TEST_CASE("print_stories: a full device is an error that says so, and can be tried again") {
  TestNode sink("print_stories", "{path: /dev/full}");
  sink.given<"document_id">("a").given<"url">("http://a/").given<"story">({"a", true}).call_sink();
  for (int i = 0; i < 2; ++i) CHECK_THROWS_WITH(sink.node().close(), "cannot write /dev/full: No space left on device");
}
