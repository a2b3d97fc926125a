#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;
namespace fs = std::filesystem;

namespace {

struct Saved {
  Saved() { std::ofstream(path) << "<h1>Tide</h1>"; }
  ~Saved() { fs::remove(path); }
  fs::path path = fs::temp_directory_path() / "headrace read_page test.html";
};

testing::Answer<Page> read(const std::string& url, const char* config = "{}") {
  TestNode node("read_page", config);
  return node.given<"url">(url).call<Page>();
}

}  // namespace

TEST_CASE("read_page: a path or a file: address") {
  const Saved saved;
  std::string escaped = saved.path.string();
  for (std::size_t at = escaped.find(' '); at != escaped.npos; at = escaped.find(' ')) escaped.replace(at, 1, "%20");
  for (const std::string& url : {saved.path.string(), "file://" + escaped, "file://localhost" + escaped, "file:" + escaped}) {
    CAPTURE(url);
    const Page page = read(url).value();
    CHECK(page.body.data == "<h1>Tide</h1>");
    CHECK(page.url == url);
  }
}

TEST_CASE("read_page: what it cannot read, it says") {
  const Saved saved;
  CHECK(read("https://www.coast.example/").failure().kind == "bad_url");
  CHECK(read("no/such/file.html").failure().kind == "unavailable");
  CHECK(read(fs::temp_directory_path().string()).failure().kind == "unavailable");
  CHECK(read(saved.path.string(), "{max_bytes: 12B}").failure().kind == "too_large");
  CHECK(read(saved.path.string(), "{max_bytes: 13B}").value().body.size() == 13);
}
