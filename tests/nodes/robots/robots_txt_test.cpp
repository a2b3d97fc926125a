#include "nodes/robots/robots_txt.hpp"

#include <doctest/doctest.h>

#include <random>

#include "tests/nodes/robots/naive_robots.hpp"

using namespace headrace;
using headrace::testing::NaiveRobots;

namespace {

struct Question {
  std::string robots, agent, path;
  bool allowed;
};

void check(const std::vector<Question>& questions) {
  for (const Question& each : questions) {
    CAPTURE(each.robots);
    CAPTURE(each.agent);
    CAPTURE(each.path);
    CHECK(RobotsTxt(each.robots).allowed(each.agent, each.path) == each.allowed);
  }
}

// What the rules say of one path to everybody.
bool allowed(const std::string& rules, const std::string& path) { return RobotsTxt("User-agent: *\n" + rules).allowed("bot", path); }

struct PathCase {
  std::string rules, path;
  bool allowed;
};

void check_paths(const std::vector<PathCase>& cases) {
  for (const PathCase& each : cases) {
    CAPTURE(each.rules);
    CAPTURE(each.path);
    CHECK(allowed(each.rules, each.path) == each.allowed);
  }
}

}  // namespace

TEST_CASE("a group holds for the product tokens above it, in any case, and the group of everybody for all others") {
  const std::string robots = "User-agent: heron\nUser-Agent: Crane\nDisallow: /a\n\nuser-agent: *\ndisallow: /b\n";
  check({{robots, "heron", "/a", false},
         {robots, "HERON", "/a", false},
         {robots, "crane", "/a", false},
         {robots, "crane", "/b", true},
         {robots, "stork", "/a", true},
         {robots, "stork", "/b", false},
         {robots, "heronry", "/b", false},
         {robots, "hero", "/b", false},
         {robots, "", "/b", false},
         {robots, "*", "/b", false},
         {robots, "*", "/a", true}});
}

TEST_CASE("a whole User-Agent header is known by its product token") {
  CHECK(product_token("heron") == "heron");
  CHECK(product_token("heron/1.0 (+https://example.org/bot)") == "heron");
  CHECK(product_token("Mozilla/5.0 (compatible; Heron/1.2; +https://example.org/bot)") == "Heron");
  CHECK(product_token("Mozilla/5.0 (X11; Linux) Engine/537.36 (like another; compatible;heron)") == "heron");
  CHECK(product_token("two words") == "two words");
  CHECK(product_token("/") == "");
  const std::string robots = "User-agent: Heron\nDisallow: /a\nUser-agent: *\nDisallow: /b\n";
  check({{robots, "heron/1.0", "/a", false},
         {robots, "Mozilla/5.0 (compatible; heron/1.2)", "/a", false},
         {robots, "Mozilla/5.0 (compatible; heron/1.2)", "/b", true}});
}

TEST_CASE("groups of one token are one group") {
  const std::string robots = "User-agent: a\nDisallow: /1\nUser-agent: b\nDisallow: /2\nUser-agent: A\nDisallow: /3\nAllow: /1/x\n";
  check({{robots, "a", "/1", false},
         {robots, "a", "/1/x", true},
         {robots, "a", "/2", true},
         {robots, "a", "/3", false},
         {robots, "b", "/3", true}});
  const std::string everybody = "User-agent: *\nDisallow: /1\nUser-agent: b\nDisallow: /2\nUser-agent: *\nDisallow: /3\n";
  check({{everybody, "a", "/1", false}, {everybody, "a", "/3", false}, {everybody, "b", "/3", true}});
}

TEST_CASE("only a rule ends the user-agent lines of a group") {
  check(
      {{"User-agent: a\n\n# b\nSitemap: https://example.org/s\nUnknown: x\nCrawl-delay: 1\nUser-agent: b\nDisallow: /\n", "a", "/x", false},
       {"User-agent: a\nDisallow:\nUser-agent: b\nDisallow: /\n", "a", "/x", true},
       {"Disallow: /\nUser-agent: a\nAllow: /b\n", "a", "/x", true},
       {"Disallow: /\n", "a", "/x", true},
       {"User-agent: a\nUser-agent: *\nDisallow: /\nUser-agent: b\n", "b", "/x", true}});
}

TEST_CASE("a user-agent line is read up to what may not stand in a token") {
  check({{"User-agent: heron crane\nDisallow: /\n", "heron", "/", false},
         {"User-agent: heron/2.0\nDisallow: /\n", "heron", "/", false},
         {"User-agent: heron2\nDisallow: /\n", "heron", "/", false},
         {"User-agent: heron2\nDisallow: /\n", "heron2", "/", true},
         {"User-agent: * and all\nDisallow: /\n", "heron", "/", false},
         {"User-agent: *bot\nDisallow: /\n", "bot", "/", true},
         {"User-agent:\nDisallow: /\n", "", "/", true},
         {"User-agent: \xc3\xa4\nDisallow: /\n", "", "/", true}});
}

TEST_CASE("the longest match wins, and allow wins a tie") {
  check_paths({{"Disallow: /a\nAllow: /a/b", "/a/b/c", true},
               {"Allow: /a\nDisallow: /a/b", "/a/b/c", false},
               {"Allow: /a\nDisallow: /a", "/a", true},
               {"Disallow: /a\nAllow: /a", "/a", true},
               {"Allow: /page.\nDisallow: /*.html", "/page.html", false},
               {"Allow: /page.\nDisallow: /*.htm", "/page.htm", true},
               {"Allow: /a*\nDisallow: /a", "/a", true},
               {"Disallow: /a*\nAllow: /a", "/a", false},
               {"Allow: /b\nDisallow: /", "/a", false},
               {"Disallow: /a\nDisallow: /a/b/c\nAllow: /a/b", "/a/b/d", true},
               {"Disallow: /a\nAllow: /a/b\nDisallow: /a/b/c", "/a/b/c", false}});
}

TEST_CASE("an empty rule says nothing") {
  check_paths({{"Disallow:", "/a", true}, {"Disallow: /\nAllow:", "/a", false}, {"Disallow: # nothing", "/a", true}});
}

TEST_CASE("* stands for anything, and $ at the end for the end") {
  check_paths({{"Disallow: /*.gif$", "/a/b.gif", false},
               {"Disallow: /*.gif$", "/b.gif?x", true},
               {"Disallow: /*.gif", "/b.gif?x", false},
               {"Disallow: *", "/", false},
               {"Disallow: ***", "/a", false},
               {"Disallow: *m", "/a/m", false},
               {"Disallow: *m", "/a/n", true},
               {"Disallow: /$", "/", false},
               {"Disallow: /$", "/a", true},
               {"Disallow: /a*b*c", "/a-c-b-c", false},
               {"Disallow: /a*b*c", "/a-c-b", true},
               {"Disallow: /a*a$", "/a", true},
               {"Disallow: /a*ab$", "/aabab", false},
               {"Disallow: /a*$", "/abc", false},
               {"Disallow: /x$/y", "/x$/yz", false},
               {"Disallow: /x$/y", "/x", true},
               {"Disallow: $", "/", true},
               {"Disallow: /a$$", "/a$", false},
               {"Disallow: /*?s=", "/find?s=1", false},
               {"Disallow: /*?s=", "/find?t=1", true},
               {"Disallow: /a**b", "/a/b", false}});
}

TEST_CASE("spellings of one path are one path, and an escaped slash is none") {
  check_paths({{"Disallow: /%7Eann", "/~ann", false},
               {"Disallow: /~ann", "/%7eann", false},
               {"Disallow: /a%2fb", "/a/b", true},
               {"Disallow: /a/b", "/a%2Fb", true},
               {"Disallow: /a%2fb", "/a%2Fb", false},
               {"Disallow: /%62%61z", "/baz", false},
               {"Disallow: /caf\xc3\xa9", "/caf%C3%A9", false},
               {"Disallow: /caf%c3%a9", "/caf\xc3\xa9", false},
               {"Disallow: /a<b", "/a%3Cb", false},
               {"Disallow: /a%20b", "/a b", false},
               {"Disallow: /a%3fb", "/a?b", true},
               {"Disallow: /100%", "/100%", false},
               {"Disallow: /a%zz", "/a%zz", false},
               {"Disallow: /a%2A", "/a*", false},
               {"Disallow: /a%24", "/a$", false},
               {"Disallow: /a%24", "/a", true},
               {"Disallow: /a%2Ab", "/axb", true},
               {"Disallow: /*f[", "/x?f%5B1%5D", false},
               {"Disallow: /%2541", "/%41", true},
               {"Disallow: /A", "/a", true},
               {"Disallow: /a%", "/a%2", false}});
}

TEST_CASE("the file itself may always be fetched") {
  check_paths({{"Disallow: /", "/robots.txt", true},
               {"Disallow: /robots.txt", "/robots.txt", true},
               {"Disallow: /", "/%72obots.txt", true},
               {"Disallow: /", "/robots.txt?x", false},
               {"Disallow: /", "/a/robots.txt", false}});
}

TEST_CASE("who allows an index page allows its directory") {
  check_paths({{"Disallow: /\nAllow: /news/index.html", "/news/", true},
               {"Disallow: /\nAllow: /news/index.html", "/news/a", false},
               {"Disallow: /\nAllow: /news/index.htm", "/news/", true},
               {"Disallow: /\nAllow: /news/index.php", "/news/", false},
               {"Allow: /\nDisallow: /news/index.html", "/news/", true}});
}

TEST_CASE("an empty path is the root, and a pattern without a slash matches nothing") {
  check_paths({{"Disallow: /", "", false}, {"Disallow: private", "/private", true}, {"Disallow: https://example.org/a", "/a", true}});
}

TEST_CASE("lines end in any way, and hold spaces, comments, marks and zeros") {
  for (const std::string& end : {std::string("\n"), std::string("\r\n"), std::string("\r"), std::string("\n\r"), std::string(" # x\n\n")}) {
    CAPTURE(end);
    const std::string robots = "\tUser-agent \t:  heron  " + end + "  Disallow:/a" + end + "Allow : /a/b" + end + "Disallow: /c";
    check({{robots, "heron", "/a", false}, {robots, "heron", "/a/b", true}, {robots, "heron", "/c", false}});
  }
  check({{"\xef\xbb\xbfUser-agent: a\nDisallow: /\n", "a", "/", false},
         {"\xef\xbb"
          "User-agent: a\nDisallow: /\n",
          "a", "/", false},
         {"\xef"
          "xUser-agent: a\nDisallow: /\n",
          "a", "/", true},
         {"User-agent: a\nDisallow: /x#y\n", "a", "/x", false},
         {std::string("User-agent: a\nDisallow: /x\0/y\nDisallow: /z\0", 44), "a", "/x", false},
         {std::string("\0User-agent: a\nUser-agent: a\nDisallow: /\n", 41), "a", "/", false}});
}

TEST_CASE("slips of the pen are read as what was meant, where that is clear") {
  for (const std::string name : {"Dissallow:", "dissalow:", "Disalow :", "DIASLLOW:", "disallaw:", "Disallowed:", "Disallow"}) {
    CAPTURE(name);
    CHECK_FALSE(allowed(name + " /a", "/a"));
  }
  for (const std::string name : {"useragent:", "User agent:", "User-agents:", "user-agent"})
    check({{name + " heron\nDisallow: /a\n", "heron", "/a", false}});
  check_paths({{"Disallow /a /b", "/a", true}, {"Disallow", "/a", true}, {"Disal: /a", "/a", true}, {": /a", "/a", true}});
}

TEST_CASE("a decision names its rule") {
  const RobotsTxt robots("# of example.org\r\n\r\nUser-agent: *\r\nDisallow: /caf\xc3\xa9*\r\nAllow: /caf\xc3\xa9/menu$\r\n");
  const auto refused = robots.decide("heron", "/caf\xc3\xa9/a");
  CHECK_FALSE(refused.allowed);
  CHECK(refused.line == 4);
  CHECK(refused.pattern == "/caf%C3%A9*");
  const auto allowed = robots.decide("heron", "/caf%C3%A9/menu");
  CHECK(allowed.allowed);
  CHECK(allowed.line == 5);
  CHECK(allowed.pattern == "/caf%C3%A9/menu$");
  CHECK(robots.decide("heron", "/b").line == 0);
  CHECK(robots.decide("heron", "/robots.txt").line == 0);
  CHECK(RobotsTxt("User-agent: *\nDisallow: /a\nDisallow: /a\n").decide("heron", "/a").line == 2);
}

TEST_CASE("crawl-delay belongs to the agents above it") {
  const RobotsTxt robots(
      "Crawl-delay: 9\nUser-agent: a\nCrawl-delay: 5.5\nUser-agent: b\nDisallow: /x\nCrawl-delay: 2\nUser-agent: c\nCrawl-delay: never\n"
      "User-agent: d\nCrawl-delay: 0\nUser-agent: e\nDisallow:\nUser-agent: a\nCrawl-delay: 7\nDisallow: /y\nUser-agent: *\nCrawl-delay: "
      "1\n");
  CHECK(robots.crawl_delay("A/1.0") == 7);
  CHECK(robots.crawl_delay("b") == 2);
  CHECK_FALSE(robots.crawl_delay("c").has_value());
  CHECK(robots.crawl_delay("d") == 0);
  CHECK_FALSE(robots.crawl_delay("e").has_value());
  CHECK(robots.crawl_delay("f") == 1);
  CHECK_FALSE(robots.allowed("a", "/x"));
  for (const std::string value : {"-1", "inf", "nan", "1e3", "", "x", "10s", "0x10"}) {
    CAPTURE(value);
    CHECK_FALSE(RobotsTxt("User-agent: *\nCrawl-delay: " + value).crawl_delay("a").has_value());
  }
  CHECK(RobotsTxt("User-agent: *\nCrawl-delay: 10 seconds").crawl_delay("a") == 10);
}

TEST_CASE("sitemaps stand anywhere") {
  const RobotsTxt robots(
      "Sitemap: https://example.org/1.xml\nUser-agent: *\nsite-map:https://example.org/2.xml # new\nSitemap:\nDisallow: /\nSITEMAP: "
      "/3.xml");
  CHECK(robots.sitemaps() == std::vector<std::string_view>{"https://example.org/1.xml", "https://example.org/2.xml", "/3.xml"});
}

TEST_CASE("500 KiB are read, up to the end of a line") {
  const std::string head = "User-agent: *\n", rule = "Disallow: /abcdefgh\n";
  std::string robots = head + "#";
  robots.append(RobotsTxt::most_bytes - robots.size() - rule.size() - 4, 'x');
  robots += '\n';
  CHECK_FALSE(RobotsTxt(robots + rule + "Allow: /abcdefgh\n").allowed("a", "/abcdefgh"));
  CHECK(RobotsTxt(robots + "####" + rule).allowed("a", "/abc"));
  CHECK_FALSE(RobotsTxt(robots + "\n\n" + rule + rule).allowed("a", "/abcdefgh"));
  CHECK(RobotsTxt(head + std::string(RobotsTxt::most_bytes * 2, 'x')).allowed("a", "/"));
}

TEST_CASE("what is too long of a line is cut off") {
  const std::string most(2083 * 8 - 1 - std::string("Disallow: /").size(), 'a');
  CHECK_FALSE(allowed("Disallow: /" + most + "/b", "/" + most + "/c"));
  CHECK(allowed("Disallow: /" + most.substr(3) + "/b", "/" + most.substr(3) + "/c"));
}

// A guard against hanging: each of these would take hours where stars are tried one within the other, or seconds where pieces
// are compared at each place.
TEST_CASE("hostile files are answered at once") {
  const std::string path = "/" + std::string(60000, 'a');
  std::string stars = "Disallow: /", pieces, nested;
  for (int i = 0; i < 5000; ++i) stars += "a*";
  for (int i = 0; i < 25; ++i) pieces += "Disallow: /*" + std::string(8000, 'a') + "b*" + std::string(8000, 'a') + "\n";
  for (std::size_t i = 1; i < 900; ++i) nested += "Disallow: /" + std::string(i, 'a') + "b\n";
  CHECK(allowed(stars + "b", path));
  CHECK(allowed(pieces, path));
  CHECK(allowed(nested, path));
  std::string short_patterns, agents;
  while (short_patterns.size() < RobotsTxt::most_bytes - 100) short_patterns += "Allow:/*ab\n";
  while (agents.size() < RobotsTxt::most_bytes - 100) agents += "user-agent:a\ncrawl-delay:1\n";
  CHECK(allowed(short_patterns, path.substr(0, 4000)));
  CHECK(RobotsTxt(agents).crawl_delay("a") == 1);
  CHECK(RobotsTxt(std::string(RobotsTxt::most_bytes, '\r')).allowed("a", path));
}

TEST_CASE("random texts are judged as by the shortest program that can") {
  std::minstd_rand random(7);
  const auto pick = [&](const std::vector<std::string>& words) { return words[random() % words.size()]; };
  const auto path = [&](std::size_t most) {
    std::string out;
    for (std::size_t i = random() % most; i-- > 0;)
      out += pick({"a", "b", "/", "*", "$", "%2F", "%61", "%2a", "\xc3\xa4", "?", "%", "index.htm", "'"});
    return out;
  };
  int refused = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string robots = pick({"", "\xef\xbb\xbf"}) + pick({"", "User-agent: a\n", "User-agent: *\n", "User-agent: a\nUser-agent: *\n"});
    for (std::size_t lines = random() % 12; lines-- > 0;) {
      robots += pick({"User-agent: ", "User-agent: ", "Disallow: /", "Disallow: /", "Allow: /", "Disallow: ", "Allow: *",
                      "Sitemap: ", "Crawl-delay: ", "allow "});
      robots += robots.ends_with("agent: ") ? pick({"a", "B", "*", "* b", "a2", "", "b-c"}) : path(6);
      robots += pick({"\n", "\n", "\r\n", "\r", " # b\n"});
    }
    const std::string asked = "/" + path(7), agent = pick({"a", "b", "A", "*", "", "c"});
    CAPTURE(robots);
    CAPTURE(asked);
    CAPTURE(agent);
    const bool answer = RobotsTxt(robots).allowed(agent, asked);
    REQUIRE(answer == NaiveRobots(robots).allowed(agent, asked));
    refused += !answer;
  }
  CHECK(refused > 100);
}
