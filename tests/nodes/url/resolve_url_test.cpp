#include <doctest/doctest.h>

#include "core/testing/test_node.hpp"
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
  struct Case {
    std::string link, url;
  };
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
                                                   {"http://b\xC3\xBC"
                                                    "cher.example/",
                                                    "http://xn--bcher-kva.example/"}}) {
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

TEST_CASE("international hosts are mapped as the newest tables say, and checked") {
  struct Case {
    std::string host, ascii;
  };
  for (const auto& [host, ascii] : std::vector<Case>{
           {"FA\u1E9E.de", "xn--fa-hia.de"},          // a capital sharp s is a sharp s
           {"\u04C0x.example", "xn--x-b2b.example"},  // a letter that has had a lower case only since IDNA was frozen
           {"\u10A0.example", "xn--rkj.example"},
           {"\U0002F874.example", "xn--u2t.example"},    // an ideograph whose decomposition was corrected
           {"a..\u00DF.example", "a..xn--zca.example"},  // empty labels are nobody's business here
           {"xn--abc-.\u00DF", ""},                      // punycode of what is ASCII
           {"xn--.\u00DF", ""},
           {"\u200D.example", ""},  // a joiner that joins nothing
           {"\xFF.example", ""},
           {"xn--a.example", "xn--a.example"},  // ASCII is not looked into
       }) {
    const std::string& shown = host;
    CAPTURE(shown);
    const std::string url = "https://" + ascii + "/", got = resolved("https://" + host);
    CHECK(got == (ascii.empty() ? "bad_url" : url));
  }
}
