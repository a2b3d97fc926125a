#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "core/testing/test_node.hpp"
#include "core/value/json.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

std::string resolved(const std::string& link, const std::string& base = "https://user:word@example.org:8443/a/b;c?d#e") {
  auto answer = TestNode("resolve_url").given<"link">(link).given<"base">(base).call<std::string>();
  return answer.status() == Status::ready ? answer.value() : answer.failure().kind;
}

}  // namespace

TEST_CASE("links resolve as the URL standard says") {
  struct Case { std::string link, url; };
  for (const auto& [link, url] : std::vector<Case>{{"", "https://user:word@example.org:8443/a/b;c?d"},
                                                   {"#x", "https://user:word@example.org:8443/a/b;c?d#x"},
                                                   {"?x", "https://user:word@example.org:8443/a/b;c?x"},
                                                   {"x", "https://user:word@example.org:8443/a/x"},
                                                   {"../../../x", "https://user:word@example.org:8443/x"},
                                                   {"./", "https://user:word@example.org:8443/a/"},
                                                   {"%2E%2e", "https://user:word@example.org:8443/"},
                                                   {"\\x\\y", "https://user:word@example.org:8443/x/y"},
                                                   {"https:x", "https://user:word@example.org:8443/a/x"},
                                                   {"http:x", "http://x/"},
                                                   {"//h:443/x", "https://h/x"},
                                                   {"http://h:443?q#f", "http://h:443/?q#f"},
                                                   {" ht\ntps://H/\t ", "https://h/"},
                                                   {"http://a@b@c/", "http://a%40b@c/"},
                                                   {"http://[1:0:0:2::0]/", "http://[1:0:0:2::]/"},
                                                   {"http://[::ffff:1.2.3.4]/", "http://[::ffff:102:304]/"},
                                                   {"http://0300.0xA8.257/", "http://192.168.1.1/"},
                                                   {"http://h/%zz% \x7F|", "http://h/%zz%%20%7F|"},
                                                   {"http://h/?'\"#`", "http://h/?%27%22#%60"},
                                                   {"http://b\xC3\xBC" "cher.example/", "http://xn--bcher-kva.example/"}}) {
    const std::string& shown = link;
    CAPTURE(shown);
    CHECK(resolved(link) == url);
  }
}

TEST_CASE("what cannot be an address is refused") {
  for (const std::string link :
       {"http://256.1.1.1/", "http://1.2.3.4.5/", "http://[1:2:3:4:5:6:7]/", "http://[1:2:3:4:5:6:7:8:9]/", "http://[::1::]/",
        "http://[:1]/", "http://[1:]/", "http://[::1.2.3]/", "http://[::1.2.3.04]/", "http://[::12345]/", "http://a%00b/", "http://a<b/",
        "http://%25/", "http://\xC2\xAD/", "http://@/", "http://:80/", "http://h:1:2/", "ftp://h/"}) {
    CAPTURE(link);
    CHECK(resolved(link) == "bad_url");
  }
}

TEST_CASE("the URL standard's own cases, http and https") {
  const char* data = std::getenv("HEADRACE_DATA");
  std::ifstream table(data ? std::string(data) + "/urls/whatwg.jsonl" : "");
  if (!table) {
    MESSAGE("skipped: HEADRACE_DATA names no folder with urls/whatwg.jsonl");
    return;
  }
  int rows = 0, right = 0;
  for (std::string line; std::getline(table, line);) {
    try {
      const JsonDocument document(line);
      const ValueView row = document.root();
      const auto href = row.member("href"), base = row.member("base");
      const std::string expected = href ? std::string(href->string()) : "bad_url", input(row.member("input")->string());
      if (href && !expected.starts_with("http:") && !expected.starts_with("https:")) continue;
      TestNode node("resolve_url");
      node.given<"link">(input);
      if (base && !base->is_null()) node.given<"base">(std::string(base->string()));
      auto answer = node.call<std::string>();
      const std::string got = answer.status() == Status::ready ? answer.value() : answer.failure().kind;
      ++rows;
      right += got == expected;
      if (got != expected) MESSAGE(input << " gave " << got << ", not " << expected);
    } catch (const BadValue&) {  // a lone surrogate, which JSON text cannot hold
    }
  }
  MESSAGE("whatwg.jsonl: " << right << " of " << rows);
  CHECK(right * 100 >= rows * 98);
}
