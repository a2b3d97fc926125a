#include <doctest/doctest.h>

#include <set>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

CanonicalUrl canonical(std::string link) { return TestNode("canonical_url").given<"link">(std::move(link)).call<CanonicalUrl>().value(); }
std::string safe(std::string link) { return canonical(std::move(link)).url; }
std::string identity(std::string link) { return canonical(std::move(link)).identity; }

}  // namespace

TEST_CASE("a canonical URL is one spelling of the same resource") {
  CHECK(safe("  HTTP://Example.ORG:80/a/./b/../c%7e?b=2&a=1&utm_source=x#top\n") == "http://example.org/a/c~?a=1&b=2");
  CHECK(safe("https://user:secret@example.org./a%2fb%C3%a4 c") == "https://example.org/a%2Fb%C3%A4%20c");
  CHECK(safe("https://example.org/?q=a%20b&Q=c+d&&=") == "https://example.org/?=&Q=c+d&q=a+b");
  CHECK(safe("https://example.org/app#!/story/%7e1") == "https://example.org/app#!/story/~1");
  CHECK(safe("https://example.org/app#part") == "https://example.org/app");
  CHECK(safe("http://1../") == "http://0.0.0.1/");
}

TEST_CASE("tracking parameters go, on their sites or everywhere, and nothing like them goes") {
  CHECK(safe("https://example.org/a?fbclid=1&Utm_Medium=x&%75tm_x=y&page=2") == "https://example.org/a?page=2");
  CHECK(safe("https://x.com/u/status/1?s=20&t=abc") == "https://x.com/u/status/1");
  CHECK(safe("https://notx.com/find?s=20&t=abc") == "https://notx.com/find?s=20&t=abc");
  CHECK(safe("https://example.org/a?mc&c&utmost=1&ref=2") == "https://example.org/a?c&mc&ref=2&utmost=1");
}

TEST_CASE("variants of a document have one identity, and so one id") {
  const std::vector<std::string> variants = {
      "https://example.org/2026/story",
      "http://www.example.org/2026/story/",
      "https://m.example.org/2026/story?utm_source=feed",
      "https://amp.example.org/2026/story/amp/",
      "https://example.org/2026/story/index.html",
      "https://www.example.org/2026/story?outputType=amp",
      "https://www.google.com/url?sa=t&url=https%3A%2F%2Fexample.org%2F2026%2Fstory",
      "https://www-example-org.cdn.ampproject.org/c/s/www.example.org/2026/story",
      "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.de%2Furl%3Fq%3Dhttps%253A%252F%252Fexample.org%252F2026%252Fstory"};
  std::set<std::string> ids;
  for (const auto& variant : variants) {
    CAPTURE(variant);
    const CanonicalUrl found = canonical(variant);
    CHECK(found.identity == "https://example.org/2026/story");
    CHECK(identity(found.url) == found.identity);
    ids.insert(found.document_id);
  }
  CHECK(ids.size() == 1);
  CHECK(ids.begin()->size() == 32);
  CHECK(ids.begin()->find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(canonical("https://example.org/2026/other").document_id != *ids.begin());
}

TEST_CASE("redirectors within redirectors are followed five deep and no deeper") {
  const auto wrapped = [](int times) {
    std::string link = "https://example.org/a";
    for (int i = 0; i < times; ++i) {
      std::string inner;
      for (const char c : link) inner += c == '%' ? "%25" : c == '&' ? "%26" : std::string(1, c);
      link = "https://out.reddit.com/x?url=" + inner;
    }
    return link;
  };
  CHECK(identity(wrapped(5)) == "https://example.org/a");
  CHECK(identity(wrapped(6)).starts_with("https://out.reddit.com/x?url="));
}

TEST_CASE("a document id is a function of the identity that no release may change") {
  CHECK(canonical("http://www.example.org/a").document_id == canonical("https://example.org/a/").document_id);
  CHECK(canonical("https://example.org/").document_id == "9db2570db118aad0d5065686b5f20b16");
}

TEST_CASE("what is no web address fails as bad_url and says why") {
  struct Case {
    std::string link, says;
  };
  for (const auto& [link, says] : std::vector<Case>{{"mailto:me@example.com", "neither http nor https"},
                                                    {"javascript:alert(1)", "neither http nor https"},
                                                    {"not a url", "no base"},
                                                    {"", "no base"},
                                                    {"http://", "no host"},
                                                    {"http://exa mple.com/", "cannot exist"},
                                                    {"http://[::1", "cannot exist"},
                                                    {"http://./", "cannot exist"},
                                                    {"http://example.com:99999/", "above 65535"},
                                                    {"http://example.com:8x/", "not a number"},
                                                    {"http://example.com/" + std::string(70000, 'a'), "64 KiB"}}) {
    const std::string shown = link.substr(0, 80);
    CAPTURE(shown);
    const auto failure = TestNode("canonical_url").given<"link">(link).call<CanonicalUrl>().failure();
    CHECK(failure.kind == "bad_url");
    CHECK_FALSE(failure.retryable);
    CHECK(failure.message.find(says) != std::string::npos);
    CHECK(failure.message.size() < 300);
  }
}

TEST_CASE("a link is resolved against its base, and an absolute one needs none") {
  TestNode node("canonical_url");
  node.given<"base">("https://example.org/feeds/all.xml");
  CHECK(node.given<"link">("../a").call<CanonicalUrl>().value().url == "https://example.org/a");
  CHECK(node.given<"link">("//other.org/b").call<CanonicalUrl>().value().url == "https://other.org/b");
  node.given<"base">("nonsense");
  CHECK(node.given<"link">("https://example.org/c").call<CanonicalUrl>().value().url == "https://example.org/c");
  CHECK(node.given<"link">("c").call<CanonicalUrl>().failure().message.find("no usable base: 'nonsense'") != std::string::npos);
}

// Links put together from the pieces that have meaning in a URL: whatever comes out is a fixed point, in both forms.
TEST_CASE("the form of a form is itself") {
  const std::vector<std::string> pieces = {
      // clang-format off
      "http://", "https://", "www.", "m.", "amp.", "example", ".org", ".", "..", "/", "//", "\\", "amp", "index.html", "default.",
      "%2e", "%2F", "%", "%25", "%34%31", "%4", "4", "1", "?", "&", "=", "a", "utm_source", "+", "%20", "#", "#!", ":", ":80", "@",
      "[::1]", "\xC3\xBC", "google.com", "/url?q=", "https%3A%2F%2F", "cdn.ampproject.org", "/c/s/", "'", "\"", "^", "|", "{"
      // clang-format on
  };
  RandomNumbers random(7);
  TestNode node("canonical_url");
  int answered = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string link = random.below(2) ? "http://" : "https://www.example.org/";
    for (std::uint64_t n = 1 + random.below(9); n > 0; --n) link += pieces[random.below(pieces.size())];
    auto answer = node.given<"link">(link).call<CanonicalUrl>();
    if (answer.status() != Status::ready) continue;
    ++answered;
    CAPTURE(link);
    const CanonicalUrl first = answer.value();
    const CanonicalUrl second = node.given<"link">(first.url).call<CanonicalUrl>().value();
    REQUIRE(second.url == first.url);
    REQUIRE(second.document_id == first.document_id);
    REQUIRE(node.given<"link">(first.identity).call<CanonicalUrl>().value().identity == first.identity);
  }
  CHECK(answered > 5000);
}

TEST_CASE("what hides behind another mark goes as well, and dots that come to light are resolved") {
  CHECK(identity("https://www.m.example.org/a/index.html/amp/amp") == "https://example.org/a");
  CHECK(identity("https://example.org/a/b/..amp") == "https://example.org/a/b");
  CHECK(identity("https://example.org/a/b/...amp") == "https://example.org/a");
  CHECK(identity("https://example.org/a/.amp.amp") == "https://example.org/a");
  CHECK(identity("https://example.org/amp/amp/a") == "https://example.org/a");
  CHECK(identity("https://m.google.com/url?q=https://www.example.org/a/amp") == "https://example.org/a");
}

TEST_CASE("what is wrapped more than five times is its own identity") {
  std::string link = "https://example.org/a";
  for (int depth = 1; depth <= 5; ++depth) {
    link = "https://href.li/?" + link;
    CHECK(identity(link) == "https://example.org/a");
  }
  link = "https://www.href.li/?" + link;
  CHECK(identity(link) == link);
  CHECK(identity(identity(link)) == link);
}

TEST_CASE("no link of 64 KiB costs more than work in proportion to its length") {
  for (const std::string piece : {"/amp",
                                  "/..amp",
                                  "/.amp",
                                  "amp/",
                                  "/index.",
                                  "..",
                                  "/../",
                                  "/a/..",
                                  "%2e%2e/",
                                  "%",
                                  "%41",
                                  "%%34",
                                  "&utm_=1",
                                  "&a",
                                  "&amp",
                                  "www.",
                                  "m.",
                                  "@",
                                  ":",
                                  "\t",
                                  "https://href.li/?",
                                  "?https://m.google.com/url?q=",
                                  "%2525",
                                  "\xC3\xBC",
                                  "xn--",
                                  "1.",
                                  "[",
                                  "\\",
                                  "#!",
                                  "0x"}) {
    for (const std::string start : {"https://example.org/", "https://example.org/?b", "https://"}) {
      std::string link = start;
      while (link.size() + piece.size() <= 65536) link += piece;
      CAPTURE(start);
      CAPTURE(piece);
      auto answer = TestNode("canonical_url").given<"link">(link).call<CanonicalUrl>();
      if (answer.status() != Status::ready) continue;
      const CanonicalUrl first = answer.value();
      if (first.url.size() > 65536) continue;  // escaped, it has become longer than what is read
      CHECK(canonical(first.url).url == first.url);
      CHECK(canonical(first.url).identity == first.identity);
    }
  }
}
