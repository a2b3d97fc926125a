// Records that are the same thing under different names: Mark::claim() lets one of them through.
#include <doctest/doctest.h>

#include "core/run/claims.hpp"

using namespace headrace;
using run::Claims;
using run::Record;

namespace {

struct Scene {
  Claims claims;
  Record a, b, c;
  Scene() { a.id = 1, b.id = 2, c.id = 3; }
  void settle(Record& record) { claims.release(record.id, record.claims); }
};

}  // namespace

TEST_CASE_FIXTURE(Scene, "claims: a name has one holder until it has settled") {
  CHECK(claims.claim("x", a));
  CHECK(claims.claim("x", a));
  CHECK_FALSE(claims.claim("x", b));
  CHECK(b.yields_to == a.id);
  CHECK(claims.holds(a.id));
  CHECK_FALSE(claims.holds(b.id));
  settle(a);
  CHECK(claims.claim("x", c));
  CHECK_FALSE(c.yields());
}

TEST_CASE_FIXTURE(Scene, "claims: of two that ask for each other's name the second takes over") {
  CHECK(claims.claim("x", a));
  CHECK(claims.claim("y", b));
  CHECK_FALSE(claims.claim("y", a));
  CHECK(claims.claim("x", b));
  CHECK_FALSE(b.yields());
  settle(a);  // gives back what is still its own: nothing
  CHECK_FALSE(claims.claim("x", c));
  CHECK(c.yields_to == b.id);
}

TEST_CASE_FIXTURE(Scene, "claims: a circle of three leaves one") {
  CHECK(claims.claim("x", a));
  CHECK(claims.claim("y", b));
  CHECK(claims.claim("z", c));
  CHECK_FALSE(claims.claim("y", a));
  CHECK_FALSE(claims.claim("z", b));
  CHECK(claims.claim("x", c));
  CHECK_FALSE(c.yields());
}

TEST_CASE_FIXTURE(Scene, "claims: what a record that has yielded gets later leads to the same one") {
  CHECK(claims.claim("x", a));
  CHECK_FALSE(claims.claim("x", b));
  CHECK(claims.claim("y", b));  // in a branch beside the one that yielded
  CHECK_FALSE(claims.claim("y", c));
  CHECK(c.yields_to == a.id);
  CHECK(claims.claim("y", a));
}

TEST_CASE_FIXTURE(Scene, "claims: a child may have what its parent has") {
  b.parent = &a;
  CHECK(claims.claim("x", a));
  CHECK(claims.claim("x", b));
  CHECK_FALSE(claims.holds(b.id));
}

TEST_CASE_FIXTURE(Scene, "claims: one of any set of records that share names goes on") {
  // Every order in which three records ask for three names in a ring.
  for (unsigned order = 0; order < 729; ++order) {
    Claims fresh;
    Record records[3];
    for (int i = 0; i < 3; ++i) records[i].id = static_cast<std::uint64_t>(i + 1);
    bool given_up[3] = {};
    int asked[3] = {};
    unsigned draw = order;
    for (int step = 0; step < 6; ++step, draw /= 3) {
      int who = static_cast<int>(draw % 3);
      while (asked[who] == 2) who = (who + 1) % 3;
      const std::string name(1, static_cast<char>('x' + (who + asked[who]++) % 3));
      if (!given_up[who] && !fresh.claim(name, records[who])) given_up[who] = true;
    }
    CAPTURE(order);
    CHECK_FALSE((given_up[0] && given_up[1] && given_up[2]));
  }
}
