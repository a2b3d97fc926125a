#include <doctest/doctest.h>

#include "core/run/run.hpp"
#include "core/state/store.hpp"
#include "core/testing/mocks.hpp"
#include "core/testing/test_node.hpp"
#include "nodes/fetch/http_client.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using namespace headrace::testing;

namespace {

using Aliases = std::vector<std::string>;

struct Case {
  std::string what, url, head;  // the final URL, and what stands in the head of the page
  std::string identity, source;
  std::string links{}, asked{};
};

PageIdentity identify(const Case& each, std::vector<MarkedChange>* marks = nullptr) {
  TestNode node("page_identity");
  Page page;
  page.url = each.url;
  page.body = Bytes("<html><head>" + each.head + "</head><body>text</body></html>");
  if (!each.links.empty()) page.links = each.links;
  node.given<"page">(std::move(page));
  if (!each.asked.empty()) node.given<"url">(each.asked);
  PageIdentity out = node.call<PageIdentity>().value();
  if (marks) *marks = node.marks();
  return out;
}

std::string canonical(const std::string& link) { return "<link rel=canonical href=\"" + link + "\">"; }
std::string og(const std::string& link) { return "<meta property='og:url' content='" + link + "'>"; }

}  // namespace

TEST_CASE("page identity: what decides") {
  const std::string url = "https://www.example.org/2026/ferry?utm_source=x";
  const std::string json =
      R"(<script type="application/ld+json">{"@type": "NewsArticle", "mainEntityOfPage": "https://example.org/ld"}</script>)";
  const Case cases[] = {
      {"nothing declared", url, "", "https://example.org/2026/ferry", "final_url"},
      {"the header first", url, canonical("/c") + og("/o") + json, "https://example.org/h", "link_header", "</h>; rel=canonical"},
      {"then the element", url, canonical("/c?utm_medium=y") + og("/o") + json, "https://example.org/c", "canonical"},
      {"then og:url", url, og("http://m.example.org/o/") + json, "https://example.org/o", "og_url"},
      {"then JSON-LD", url, json, "https://example.org/ld", "json_ld"},
      {"relative to the page", url, canonical("ferry-to-orrin"), "https://example.org/2026/ferry-to-orrin", "canonical"},
      {"relative to the base", url, "<base href='/b/'>" + canonical("c"), "https://example.org/b/c", "canonical"},
      {"a base of nonsense", url, "<base href='mailto:x'>" + canonical("c"), "https://example.org/2026/c", "canonical"},
      {"twice the same", url, canonical("/c") + canonical("https://m.example.org/c/"), "https://example.org/c", "canonical"},
      {"several that differ", url, canonical("/c") + canonical("/d") + og("/o"), "https://example.org/o", "og_url"},
      {"the root of the site", url, canonical("https://example.org/") + og("https://www.example.org"), "https://example.org/2026/ferry",
       "final_url"},
      {"the root, which it is", "https://www.example.org/?utm_source=x", canonical("https://example.org/"), "https://example.org/",
       "canonical"},
      {"another site", url, canonical("https://other.example/2026/ferry"), "https://example.org/2026/ferry", "final_url"},
      {"a neighbour below a public suffix", "https://alice.github.io/a", canonical("https://bob.github.io/a"), "https://alice.github.io/a",
       "final_url"},
      {"a sister host", url, canonical("https://news.example.org/ferry"), "https://news.example.org/ferry", "canonical"},
      {"no web address", url, canonical("mailto:x@example.org") + og("http://exa mple/"), "https://example.org/2026/ferry", "final_url"},
      {"an AMP page", "https://amp.example.org/2026/ferry/amp", canonical("https://www.example.org/2026/03/the-ferry"),
       "https://example.org/2026/03/the-ferry", "canonical"},
      {"a page of an AMP cache", "https://www-example-org.cdn.ampproject.org/c/s/www.example.org/amp/ferry",
       canonical("https://www.example.org/2026/ferry"), "https://example.org/2026/ferry", "canonical"},
      {"asked by a shortener", url, "", "https://example.org/2026/ferry", "final_url", "", "https://short.example/x1"},
      {"gone, and answered by the root", "https://www.example.org/", canonical("https://www.example.org/"), "https://example.org/2026/gone",
       "requested_url", "", "https://example.org/2026/gone"},
      {"a shortener of the root", "https://www.example.org/", "", "https://example.org/", "final_url", "", "https://short.example/x2"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.what);
    const PageIdentity got = identify(each);
    CHECK(got.identity == each.identity);
    CHECK(got.source == each.source);
    TestNode form("canonical_url");
    CHECK(form.given<"link">(got.url).call<CanonicalUrl>().value().document_id == got.document_id);
    CHECK(form.given<"link">(got.url).call<CanonicalUrl>().value().identity == got.identity);
  }
}

TEST_CASE("page identity: every other address that it was seen under is an alias, in the store once the record is done") {
  TestNode node("page_identity");
  Page page;
  page.url = "https://www.example.org/2026/ferry?page=1";
  page.redirects = {"https://short.example/x1", "https://example.org/", "https://example.org/?p=7", "https://short.example/x1"};
  page.body = Bytes(canonical("/2026/ferry") + "<link rel=amphtml href=/accelerated/ferry><link rel=amphtml href=https://other.example/x>");
  const PageIdentity got = node.given<"page">(page).given<"url">("https://short.example/x1").call<PageIdentity>().value();
  CHECK(got.identity == "https://example.org/2026/ferry");
  CHECK(got.aliases == Aliases{"https://short.example/x1", "https://example.org/?p=7", "https://example.org/2026/ferry?page=1",
                               "https://example.org/accelerated/ferry"});
  REQUIRE(node.marks().size() == got.aliases.size());
  for (std::size_t i = 0; i < got.aliases.size(); ++i) {
    CHECK(node.marks()[i].key == "alias/" + got.aliases[i]);
    CHECK(node.marks()[i].value == got.document_id);
    CHECK(node.marks()[i].when == When::done);
  }
}

TEST_CASE("page identity: a page that was found nowhere is refused") {
  TestNode node("page_identity");
  Page page;
  page.url = "about:blank";
  CHECK(node.given<"page">(page).call<PageIdentity>().failure().kind == "bad_url");
}

// ---- in a pipeline ---------------------------------------------------------------------------------------------------------

namespace {

const char* const pipeline = R"(
inputs: [link]
resources: {store: memory_store, http: http_client}
graph:
  canonical:  canonical_url
  admitted:   {node: barrier, in: {identity: canonical.identity}}
  page:       {node: fetch, in: {url: canonical.url}, after: [admitted]}
  identified: {node: page_identity, in: {url: canonical.url}}
  known:      {node: barrier, in: {identity: identified.identity}}
identity: canonical.document_id
)";

constexpr const char* article = "http://www.harbour.example/2026/ferry";

// The article, its AMP form, its mobile form, and a shortener that leads to it.
class Web final : public HttpClient {
 public:
  void get(HttpRequest request, HttpHandlers handlers) override {
    ++fetched;
    HttpResponse page;
    page.status = 200;
    page.url = request.url;
    if (request.url.find("short.example") != std::string::npos) page.url = article, page.redirects = {request.url};
    const bool amp = page.url.find("/amp-pages/") != std::string::npos, other = page.url.find("/other") != std::string::npos;
    if (!other) page.headers = {{"link", "</style.css>; rel=preload"}, {"link", std::string("<") + article + ">; rel=canonical"}};
    page.body = amp || other ? "" : "<head><link rel=amphtml href='/amp-pages/17'></head>";
    handlers.done(std::move(page));
  }
  int fetched = 0;
};

// One share after the other, over one store; what each became: "document" and its id, or the key and the reason of a drop.
struct Reader {
  std::shared_ptr<Store> store = make_memory_store();
  std::shared_ptr<Web> http = std::make_shared<Web>();

  std::string read(const std::string& link) {
    CompileOptions options;
    options.replace.push_back(mock("store", mock_resource<Store>(store)));
    options.replace.push_back(mock("http", mock_resource<HttpClient>(http)));
    const Compiled compiled = compile_config(parse_config(pipeline, "test.yaml"), options);
    REQUIRE_MESSAGE(compiled.plan, (compiled.diagnostics.empty() ? "" : format_diagnostic(compiled.diagnostics.front())));
    const Plan& plan = *compiled.plan;
    std::string answer;
    RunOptions run;
    run.executor = Executor::serial;
    run.keep_values = true;
    run.feed = [&](Feeder& feeder) {
      Seed seed;
      seed.values.emplace_back(plan.inputs.front(), AnyValue::of(link));
      feeder.admit(std::move(seed));
    };
    run.observer = [&](const RetiredRecord& record) {
      const auto* identified = static_cast<const PageIdentity*>(record.value(plan.find_slot("identified")));
      answer = record.verdict() == Verdict::done ? "document " + identified->document_id
                                                 : std::string(record.dropped_key()) + " " + std::string(record.reason());
    };
    Run(plan, std::move(run)).run();
    return answer;
  }
};

}  // namespace

TEST_CASE("page identity: shares of one article under many spellings become one document, whichever comes first") {
  const std::vector<std::string> shares = {
      "https://short.example/x1",
      "http://www.harbour.example/2026/ferry?utm_source=feed",
      "https://www.harbour.example/amp-pages/17?utm_medium=social",
      "https://m.harbour.example/2026/ferry/#comments",
      "https://www.google.com/url?q=https%3A%2F%2Fharbour.example%2F2026%2Fferry",
      "https://short.example/x1?fbclid=1",
      "https://short.example/x2",
  };
  for (std::size_t first = 0; first < shares.size(); ++first) {
    CAPTURE(first);
    Reader reader;
    CHECK(reader.read(shares[first]) ==
          "document " + TestNode("canonical_url").given<"link">(article).call<CanonicalUrl>().value().document_id);
    for (const std::string& share : shares) {
      CAPTURE(share);
      CHECK(reader.read(share).ends_with(" seen"));
    }
    // Only a spelling that no page has named, a shortener, costs another fetch, and that once.
    const int fetched = reader.http->fetched;
    for (const std::string& share : shares) CHECK(reader.read(share) == "admitted seen");
    CHECK(reader.http->fetched == fetched);
    CHECK(reader.read("https://harbour.example/other").starts_with("document "));
  }
}
