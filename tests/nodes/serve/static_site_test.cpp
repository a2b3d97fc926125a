#include "nodes/serve/static_site.hpp"

#include <curl/curl.h>
#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/config/tree.hpp"
#include "core/testing/test_node.hpp"
#include "nodes/support/feed_catalog.hpp"

using namespace headrace;

namespace {

const std::string sample = std::string(HEADRACE_SOURCE_DIR) + "/tests/site";

// Opens a resource through the registry, as a pipeline does.
template <class Interface>
std::shared_ptr<Interface> open(std::string_view node, const std::string& yaml, std::shared_ptr<void> other = nullptr) {
  const auto clock = make_virtual_clock();
  IoLoop io(*clock);
  Services services{*clock, io, silent_log(), 1};
  const ParsedConfig config = parse_config(yaml, "configuration");
  BuildContext context{config.root.view(), [&](const FieldSpec&) { return other; }, services};
  return std::static_pointer_cast<Interface>(find_node(node)->build_resource(context));
}

std::shared_ptr<StaticSite> serve(const std::string& folder) { return open<StaticSite>("static_site", "{folder: " + folder + "}"); }

struct Got {
  long status = 0;
  std::string headers, body;
  bool has(std::string_view text) const { return body.find(text) != std::string::npos; }
  std::string header(const std::string& name) const {
    const auto at = headers.find("\r\n" + name + ": ");
    return at == std::string::npos ? "" : headers.substr(at + name.size() + 4, headers.find('\r', at + 2) - at - name.size() - 4);
  }
};

struct Ask {
  std::string host = "valley-post.localhost", path = "/", method = "GET";
  std::vector<std::string> headers{};
  std::string body{};
};

std::size_t append(char* data, std::size_t, std::size_t size, void* into) {
  static_cast<std::string*>(into)->append(data, size);
  return size;
}

Got ask(const StaticSite& site, const Ask& what) {
  Got got;
  const std::string url = "http://" + what.host + ":" + std::to_string(site.port()) + what.path;
  CURL* curl = curl_easy_init();
  curl_slist* headers = nullptr;
  for (const auto& line : what.headers) headers = curl_slist_append(headers, line.c_str());
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);  // a hang guard
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  if (what.method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  else curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, what.method.c_str());
  if (!what.body.empty()) curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, what.body.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &got.body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &append);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &got.headers);
  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &got.status);
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
  return got;
}

struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("headrace-site-" + std::to_string(::getpid()));
  Folder() { std::filesystem::remove_all(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << text;
  }
};

}  // namespace

TEST_CASE("static_site: the sample site answers as its files and site.yaml say") {
  const auto site = serve(sample);
  struct Row {
    Ask ask;
    long status;
    std::string type, contains;
  };
  const std::vector<Row> rows = {
      {{.path = "/news/harbour-flooded"}, 200, "text/html; charset=utf-8", "Capstan Row"},
      {{.path = "/news/harbour-flooded/"}, 200, "text/html; charset=utf-8", "Capstan Row"},
      {{.path = "/news/harbour-flooded.html?fbclid=1"}, 200, "text/html; charset=utf-8", "Capstan Row"},
      {{.path = "/"}, 200, "text/html; charset=utf-8", "The Valley Post"},
      {{.path = "/atom.xml"}, 200, "application/atom+xml", "xml:base"},
      {{.host = "HARBOUR-gazette.localhost", .path = "/feed.xml"}, 200, "application/rss+xml", "<rss"},
      {{.host = "m.harbour-gazette.localhost", .path = "/2026/03/rovers-win-orrin-cup"}, 200, "text/html; charset=utf-8", "Achterberg"},
      {{.host = "harbour-gazette.localhost", .path = "/2026/03/cafe-elegie-reopens"}, 200, "text/html", "Caf\xe9 \xc9l\xe9gie"},
      {{.host = "harbour-gazette.localhost", .path = "/2026/03/museum-wing"}, 404, "text/plain; charset=utf-8", "nothing"},
      {{.host = "tidewater-notes.localhost", .path = "/feed.json"}, 200, "application/feed+json", "date_published"},
      {{.host = "tidewater-notes.localhost", .path = "/go/otters"}, 302, "", ""},
      {{.host = "orrin-bulletin.localhost", .path = "/notices/ferry"}, 200, "text/html; charset=utf-8", "Great Skerry"},
      {{.host = "orrin-bulletin.localhost", .path = "/notices/withdrawn"}, 410, "", ""},
      {{.host = "elsewhere.localhost", .path = "/"}, 404, "text/plain; charset=utf-8", "nothing"},
      {{.path = "/../site.yaml"}, 404, "text/plain; charset=utf-8", "nothing"},
      {{.path = "/%2e%2e/site.yaml"}, 404, "text/plain; charset=utf-8", "nothing"},
      {{.path = "/news/harbour-flooded%00.html"}, 200, "text/html; charset=utf-8", "Capstan Row"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.ask.host + row.ask.path);
    const Got got = ask(*site, row.ask);
    CHECK(got.status == row.status);
    CHECK(got.header("Content-Type") == row.type);
    CHECK(got.has(row.contains));
    CHECK_FALSE(got.has("{{port}}"));
  }
}

TEST_CASE("static_site: a redirect and the feeds carry the port that was free") {
  const auto site = serve(sample);
  const std::string port = std::to_string(site->port());
  CHECK(site->port() > 0);
  CHECK(ask(*site, {.host = "tidewater-notes.localhost", .path = "/go/otters"}).header("Location") ==
        "http://orrin-bulletin.localhost:" + port + "/nature/otters-return");
  const std::vector<std::string> feeds = site->feeds();
  REQUIRE(feeds.size() > 2);
  CHECK(feeds.front() == "http://harbour-gazette.localhost:" + port + "/feed.xml");
  for (const std::string& feed : feeds) CHECK(feed.find(".localhost:" + port + "/") != std::string::npos);
  CHECK(open<FeedCatalog>("site_feeds", "{}", site)->feeds() == feeds);
  CHECK(open<FeedCatalog>(FeedCatalog::default_node, "{}")->feeds().empty());
}

TEST_CASE("static_site: conditional requests") {
  const auto site = serve(sample);
  const Ask page{.path = "/atom.xml"};
  const std::string etag = ask(*site, page).header("ETag");
  REQUIRE(etag.size() == 18);
  struct Row {
    std::string header;
    long status;
  };
  for (const Row& row : {Row{etag, 304}, Row{"W/" + etag, 304}, Row{"\"other\" , " + etag, 304}, Row{"*", 304}, Row{"\"other\"", 200},
                         Row{",,", 200}, Row{etag + "x", 200}}) {
    CAPTURE(row.header);
    Ask conditional = page;
    conditional.headers = {"If-None-Match: " + row.header};
    const Got got = ask(*site, conditional);
    CHECK(got.status == row.status);
    CHECK(got.header("ETag") == etag);
    CHECK(got.body.empty() == (row.status == 304));
  }
  CHECK(ask(*site, {.path = "/gone", .headers = {"If-None-Match: *"}}).status == 404);
}

TEST_CASE("static_site: reads, and nothing else") {
  const auto site = serve(sample);
  const Got whole = ask(*site, {.path = "/news/harbour-flooded"});
  const Got head = ask(*site, {.path = "/news/harbour-flooded", .method = "HEAD"});
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  CHECK(head.header("Content-Length") == std::to_string(whole.body.size()));
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "BREW"}) {
    const Got got = ask(*site, {.method = method});
    CHECK(got.status == 405);
    CHECK(got.header("Allow") == "GET, HEAD");
  }
  CHECK(ask(*site, {.headers = {"Expect:"}, .body = std::string(100'000, 'x')}).status == 413);
  CHECK(ask(*site, {.headers = {"Host;"}}).status == 400);
  CHECK(ask(*site, {.headers = {"X-Long: " + std::string(200'000, 'x')}}).status != 200);
  CHECK(ask(*site, {.path = "/" + std::string(8000, 'a')}).status == 404);
}

TEST_CASE("static_site: many clients at once, and closing while they ask") {
  auto site = serve(sample);
  std::vector<std::jthread> clients;
  std::atomic<int> good = 0;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] {
      for (int n = 0; n < 10; ++n) good += ask(*site, {.path = "/atom.xml"}).status == 200;
    });
  clients.clear();
  CHECK(good == 80);
  site.reset();
}

TEST_CASE("static_site: without site.yaml a subfolder is a host; links and hidden files are not served") {
  const Folder folder;
  folder.write("one.localhost/page.html", "port {{port}}");
  folder.write("one.localhost/data.bin", "{{port}}");
  folder.write("one.localhost/.secret", "hidden");
  folder.write("one.localhost/.git/config", "hidden");
  folder.write("outside", "outside");
  std::filesystem::create_symlink(folder.path / "outside", folder.path / "one.localhost/link.txt");
  const auto site = serve(folder.path.string());
  CHECK(site->feeds().empty());
  CHECK(ask(*site, {.host = "one.localhost", .path = "/page"}).body == "port " + std::to_string(site->port()));
  CHECK(ask(*site, {.host = "one.localhost", .path = "/data.bin"}).body == "{{port}}");
  for (const char* path : {"/.secret", "/.git/config", "/link.txt", "/"})
    CHECK(ask(*site, {.host = "one.localhost", .path = path}).status == 404);
}

TEST_CASE("static_site: what it cannot serve is said at the start") {
  struct Row {
    std::string yaml, says;
  };
  const std::vector<Row> rows = {
      {"hosts:\n  - {name: nowhere.localhost}\n", "there is no folder"},
      {"hosts:\n  - {also: [a]}\n", "lacks 'name'"},
      {"hosts:\n  - {name: one.localhost, redirect: {/a: /b}}\n", "there is no member 'redirect'"},
      {"host: []\n", "there is no member 'host'"},
      {"hosts:\n  - {name: one.localhost, statuses: {/a: 99}}\n", "200..599"},
      {"hosts:\n  - {name: one.localhost, content_types: {/a.html: text/html}}\n", "/a.html"},
      {"hosts: [\n", "not YAML"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.yaml);
    const Folder folder;
    folder.write("one.localhost/page.html", "x");
    folder.write("site.yaml", row.yaml);
    CHECK_THROWS_WITH_AS(serve(folder.path.string()), doctest::Contains(row.says.c_str()), NodeError);
  }
  CHECK_THROWS_WITH_AS(serve("/nowhere/at/all"), doctest::Contains("there is no folder"), NodeError);
  const auto site = serve(sample);
  CHECK_THROWS_WITH_AS(open<StaticSite>("static_site", "{folder: " + sample + ", port: " + std::to_string(site->port()) + "}"),
                       doctest::Contains("in use"), NodeError);
}
