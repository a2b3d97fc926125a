// A robots.txt, read once and asked many times. It holds what RFC 9309 says and, where the RFC is silent, what Google's crawler
// does; docs/robots.md has the list.
//
//   const RobotsTxt robots("User-agent: *\nDisallow: /private/\n");
//   robots.allowed("examplebot", "/private/a?b=1");    // false
//   robots.decide("examplebot", "/private/").line;     // 2: the line that says so
//
// Any bytes may be read: what is no rule is skipped. Time and memory are bounded: 500 KiB are read, and a question costs no more
// than the rules that are read, times the length of the path. Immutable, so that any thread may ask. Standard library only.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

class RobotsTxt {
 public:
  static constexpr std::size_t most_bytes = 500 << 10;  // what follows the last line that ends within them is ignored

  RobotsTxt() = default;  // allows everything
  explicit RobotsTxt(std::string_view bytes);

  struct Decision {
    bool allowed = true;
    std::uint32_t line = 0;      // of the rule that decided, counted from 1; 0 when none did
    std::string_view pattern{};  // of that rule, in normal form; lives as long as the RobotsTxt
  };

  // `agent` is a product token ("examplebot"), or a whole User-Agent header, whose product token is taken. `path` is a path with
  // its query, as it is sent or not yet encoded; an empty one is "/".
  Decision decide(std::string_view agent, std::string_view path) const;
  bool allowed(std::string_view agent, std::string_view path) const { return decide(agent, path).allowed; }
  std::optional<double> crawl_delay(std::string_view agent) const;  // seconds; the longest when several are given

  std::vector<std::string_view> sitemaps() const;  // as written, in order; they live as long as the RobotsTxt
  std::size_t memory() const;                      // in bytes

 private:
  class Reader;
  struct Text {
    std::uint32_t at = 0, size = 0;
  };
  struct Agent {
    Text token;                  // in lower case; "*" for everybody
    std::uint32_t group, delay;  // indices
  };
  struct Group {
    std::uint32_t first, patterns, end;  // rules: prefixes first, then patterns
  };
  struct Rule {
    Text text;  // without its wildcards at the end
    std::uint32_t line;
    std::uint32_t parent;  // of a prefix: the longest other one of its group that it begins with
    std::uint16_t octets;  // of the whole pattern: the more, the stronger
    bool allow, anchored;  // anchored: the path ends where the pattern does
    bool stronger_than(const Rule& other) const { return octets != other.octets ? octets > other.octets : allow && !other.allow; }
    bool before(const Rule& other) const { return stronger_than(other) || (!other.stronger_than(*this) && line < other.line); }
  };

  std::string_view view(Text text) const { return {text_.data() + text.at, text.size}; }
  std::pair<const Agent*, const Agent*> agents_of(std::string_view agent) const;
  const Rule* strongest_prefix(const Group& group, std::string_view path) const;
  const Rule* strongest(const Group& group, std::string_view path) const;

  std::string text_;           // of tokens, patterns and sitemaps
  std::vector<Agent> agents_;  // by token
  std::vector<Group> groups_;
  std::vector<Rule> rules_;     // of each group: prefixes in byte order, then patterns, strongest first
  std::vector<double> delays_;  // seconds; below 0: none
  std::vector<Text> sitemaps_;
};

// The name under which a robots.txt speaks of a crawler: "examplebot" for "Mozilla/5.0 (compatible; examplebot/1.2; +https://...)".
std::string_view product_token(std::string_view agent);

}  // namespace headrace
