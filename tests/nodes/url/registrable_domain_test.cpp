#include "nodes/url/registrable_domain.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using headrace::registrable_domain;

TEST_CASE("the registrable domain of a host") {
  struct Case {
    std::string host, domain;
  };
  for (const auto& [host, domain] : std::vector<Case>{
           {"example.org", "example.org"},
           {"www.news.example.org", "example.org"},
           {"news.bbc.co.uk", "bbc.co.uk"},
           {"alice.github.io", "alice.github.io"},  // a suffix of a company
           {"www.alice.github.io", "alice.github.io"},
           {"a.b.city.kawasaki.jp", "city.kawasaki.jp"},  // an exception of the list
           {"a.b.c.kawasaki.jp", "b.c.kawasaki.jp"},      // a wildcard of it
           {"www.xn--bcher-kva.example", "xn--bcher-kva.example"},
           {"a.b.xn--p1ai", "b.xn--p1ai"},
           {"www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"},
           // What nobody can register stands for itself.
           {"co.uk", "co.uk"},
           {"org", "org"},
           {"localhost", "localhost"},
           {"h7.localhost", "h7.localhost"},
           {"127.0.0.1", "127.0.0.1"},
           {"[2001:db8::1]", "[2001:db8::1]"},
           {"", ""},
           {"a..org", "a..org"},
       }) {
    const std::string& shown = host;
    CAPTURE(shown);
    CHECK(registrable_domain(host) == domain);
  }
  CHECK(headrace::same_site("m.example.org", "www.example.org"));
  CHECK(!headrace::same_site("alice.github.io", "bob.github.io"));
}

TEST_CASE("the registrable domain is a view into the host") {
  const std::string host = "www.example.org";
  CHECK(registrable_domain(host).data() == host.data() + 4);
}
