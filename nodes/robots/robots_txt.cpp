#include "nodes/robots/robots_txt.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "nodes/robots/robots_lines.hpp"
#include "nodes/robots/robots_pattern.hpp"

namespace headrace {

namespace {

constexpr std::uint32_t none = static_cast<std::uint32_t>(-1);
constexpr std::string_view everybody = "*";

constexpr bool is_token_char(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

// Whom a user-agent line speaks of: what it begins with, as far as that may be a product token.
std::string_view token_of(std::string_view value) {
  if (value.starts_with('*') && (value.size() == 1 || value[1] == ' ' || value[1] == '\t')) return everybody;
  return value.substr(0, static_cast<std::size_t>(std::find_if_not(value.begin(), value.end(), is_token_char) - value.begin()));
}

// What is kept of a longer text, up to the last line that ends within it.
std::string_view readable(std::string_view bytes) {
  if (bytes.size() < RobotsTxt::most_bytes) return bytes;  // just as many: whoever fetched it may have cut it off there
  bytes = bytes.substr(0, RobotsTxt::most_bytes);
  const std::size_t end = bytes.find_last_of("\r\n");
  return end == std::string_view::npos ? bytes : bytes.substr(0, end);
}

std::optional<double> seconds_of(std::string_view value) {
  double seconds = 0;
  const char* const end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, seconds, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(seconds) || std::signbit(seconds)) return {};
  if (rest != end && *rest != ' ' && *rest != '\t') return {};
  return seconds;
}

// Where the directory begins whose index page `pattern` names ("/news/index.html"): whoever allows the one means the other.
std::optional<std::string_view> directory_of_index(std::string_view pattern) {
  const std::size_t slash = pattern.rfind('/');
  if (slash == std::string_view::npos || !pattern.substr(slash).starts_with("/index.htm")) return {};
  return pattern.substr(0, slash + 1);
}

}  // namespace

std::string_view product_token(std::string_view agent) {
  constexpr std::string_view mark = "compatible;";
  if (agent.find('/') == std::string_view::npos) return agent;
  if (const std::size_t at = agent.find(mark); at != std::string_view::npos) agent.remove_prefix(at + mark.size());
  agent.remove_prefix(std::min(agent.find_first_not_of(' '), agent.size()));
  return agent.substr(0, agent.find_first_of("/ ;()"));
}

// Reads the records one by one. A group begins with the first user-agent line after a rule; every other record leaves it open.
class RobotsTxt::Reader {
 public:
  explicit Reader(RobotsTxt& robots) : robots_(robots) {}

  void read(std::string_view bytes) {
    robots_.text_.reserve(bytes.size());
    RobotsLines lines(bytes);
    while (const auto line = lines.next()) take(*line);
    close_group();
    std::sort(robots_.agents_.begin(), robots_.agents_.end(),
              [&](const Agent& a, const Agent& b) { return robots_.view(a.token) < robots_.view(b.token); });
    robots_.text_.shrink_to_fit();
    robots_.rules_.shrink_to_fit();
  }

 private:
  void take(const RobotsLine& line) {
    switch (line.field) {
      case RobotsField::user_agent: return add_agent(line.value);
      case RobotsField::allow:
      case RobotsField::disallow: return add_rule(line);
      case RobotsField::crawl_delay: return add_delay(line.value);
      case RobotsField::sitemap:
        if (!line.value.empty()) robots_.sitemaps_.push_back(append(line.value));
    }
  }

  Text append(std::string_view text) {
    robots_.text_ += text;
    return {static_cast<std::uint32_t>(robots_.text_.size() - text.size()), static_cast<std::uint32_t>(text.size())};
  }

  void add_agent(std::string_view value) {
    if (robots_.groups_.empty() || has_rules_) open_group();
    if (has_delay_) open_delay();
    const std::string_view token = token_of(value);
    if (token.empty()) return;
    const auto last = [](const auto& all) { return static_cast<std::uint32_t>(all.size() - 1); };
    robots_.agents_.push_back({append(token), last(robots_.groups_), last(robots_.delays_)});
    std::transform(token.begin(), token.end(), robots_.text_.end() - static_cast<std::ptrdiff_t>(token.size()), lower);
  }

  void add_rule(const RobotsLine& line) {
    if (robots_.groups_.empty()) return;
    has_rules_ = true;
    const bool allow = line.field == RobotsField::allow;
    add_pattern(line.value, allow, line.number);
    if (const auto directory = allow ? directory_of_index(line.value) : std::nullopt)
      add_pattern(std::string(*directory) + '$', allow, line.number);
  }

  // Paths begin with a slash: a pattern that can begin with none never matches.
  void add_pattern(std::string_view value, bool allow, std::uint32_t line) {
    if (!value.starts_with('/') && !value.starts_with('*')) return;
    const auto at = static_cast<std::uint32_t>(robots_.text_.size());
    const RobotsPattern pattern = append_pattern(robots_.text_, value);
    const Rule rule{{at, static_cast<std::uint32_t>(pattern.size)}, line,  none,
                    static_cast<std::uint16_t>(pattern.octets),     allow, pattern.anchored};
    if (pattern.wild || pattern.anchored) patterns_.push_back(rule);
    else prefixes_.push_back({head_of(rule.text), rule});
  }

  // Who is named after a delay is not who was meant by it, though the rules that follow are for both.
  void add_delay(std::string_view value) {
    if (robots_.groups_.empty()) return;
    has_delay_ = true;
    if (const auto seconds = seconds_of(value)) robots_.delays_.back() = std::max(robots_.delays_.back(), *seconds);
  }

  void open_delay() {
    robots_.delays_.push_back(-1);
    has_delay_ = false;
  }

  void open_group() {
    close_group();
    const auto first = static_cast<std::uint32_t>(robots_.rules_.size());
    robots_.groups_.push_back({first, first, first});
    open_delay();
    has_rules_ = false;
  }

  void close_group() {
    if (robots_.groups_.empty()) return;
    Group& group = robots_.groups_.back();
    link_prefixes(group.first);
    group.patterns = static_cast<std::uint32_t>(robots_.rules_.size());
    std::sort(patterns_.begin(), patterns_.end(), [](const Rule& a, const Rule& b) { return a.before(b); });
    robots_.rules_.insert(robots_.rules_.end(), patterns_.begin(), patterns_.end());
    patterns_.clear();
    group.end = static_cast<std::uint32_t>(robots_.rules_.size());
  }

  // Puts the prefixes in order, keeps the strongest of those that are equal, and tells each its parent.
  void link_prefixes(std::uint32_t first) {
    auto& rules = robots_.rules_;
    std::sort(prefixes_.begin(), prefixes_.end(), [&](const Prefix& a, const Prefix& b) {
      if (a.head != b.head) return a.head < b.head;
      const int order = robots_.view(a.rule.text).compare(robots_.view(b.rule.text));
      return order != 0 ? order < 0 : a.rule.before(b.rule);
    });
    for (const Prefix& prefix : prefixes_) {
      const std::string_view text = robots_.view(prefix.rule.text);
      std::uint32_t parent = rules.size() > first ? static_cast<std::uint32_t>(rules.size() - 1) : none;
      while (parent != none && !text.starts_with(robots_.view(rules[parent].text))) parent = rules[parent].parent;
      if (parent != none && rules[parent].text.size == text.size()) continue;
      rules.push_back(prefix.rule);
      rules.back().parent = parent;
    }
    prefixes_.clear();
  }

  // Eight bytes of a prefix, in byte order: most prefixes differ in them. All begin with a slash, but for the empty one.
  std::uint64_t head_of(Text text) const {
    std::uint64_t head = 0;
    for (std::uint32_t i = 1; i <= 8; ++i) head = head << 8 | (i < text.size ? static_cast<unsigned char>(robots_.text_[text.at + i]) : 0u);
    return head;
  }

  struct Prefix {
    std::uint64_t head;
    Rule rule;
  };
  RobotsTxt& robots_;
  std::vector<Prefix> prefixes_;  // of the group that is open, as are
  std::vector<Rule> patterns_;
  bool has_rules_ = false, has_delay_ = false;
};

RobotsTxt::RobotsTxt(std::string_view bytes) { Reader(*this).read(readable(bytes)); }

// The groups of an agent, or of everybody when none is for it.
std::pair<const RobotsTxt::Agent*, const RobotsTxt::Agent*> RobotsTxt::agents_of(std::string_view agent) const {
  const auto named = [&](std::string_view token) {
    const auto begin =
        std::lower_bound(agents_.begin(), agents_.end(), token, [&](const Agent& a, std::string_view t) { return view(a.token) < t; });
    const auto end = std::find_if(begin, agents_.end(), [&](const Agent& a) { return view(a.token) != token; });
    return std::pair(agents_.data() + (begin - agents_.begin()), agents_.data() + (end - agents_.begin()));
  };
  const auto own = named(lowered(product_token(agent)));
  return own.first == own.second ? named(everybody) : own;
}

// All prefixes that `path` begins with are ancestors of the last one that stands before it in byte order.
const RobotsTxt::Rule* RobotsTxt::strongest_prefix(const Group& group, std::string_view path) const {
  const auto begin = rules_.begin() + group.first, end = rules_.begin() + group.patterns;
  const auto after = std::upper_bound(begin, end, path, [&](std::string_view p, const Rule& rule) { return p < view(rule.text); });
  if (after == begin) return nullptr;
  const Rule* rule = &*std::prev(after);
  const std::string_view text = view(rule->text);
  const auto common = static_cast<std::size_t>(std::mismatch(text.begin(), text.end(), path.begin(), path.end()).first - text.begin());
  const auto parent = [&] { return rule->parent == none ? nullptr : &rules_[rule->parent]; };
  while (rule && rule->text.size > common) rule = parent();
  const Rule* best = rule;
  for (; rule; rule = parent())
    if (rule->stronger_than(*best)) best = rule;
  return best;
}

const RobotsTxt::Rule* RobotsTxt::strongest(const Group& group, std::string_view path) const {
  const Rule* best = strongest_prefix(group, path);
  for (std::uint32_t i = group.patterns; i < group.end; ++i) {
    const Rule& rule = rules_[i];
    if (best && !rule.stronger_than(*best)) break;
    if (matches(view(rule.text), rule.anchored, path)) return &rule;
  }
  return best;
}

RobotsTxt::Decision RobotsTxt::decide(std::string_view agent, std::string_view path) const {
  if (path.empty()) path = "/";
  std::string storage;
  path = normal_path(path, storage);
  if (path == "/robots.txt") return {};
  const Rule* best = nullptr;
  const auto [begin, end] = agents_of(agent);
  for (const Agent* each = begin; each != end; ++each) {
    const Rule* rule = strongest(groups_[each->group], path);
    if (rule && (!best || rule->stronger_than(*best))) best = rule;
  }
  if (!best) return {};
  return {best->allow, best->line, view({best->text.at, best->octets})};
}

std::optional<double> RobotsTxt::crawl_delay(std::string_view agent) const {
  double longest = -1;
  const auto [begin, end] = agents_of(agent);
  for (const Agent* each = begin; each != end; ++each) longest = std::max(longest, delays_[each->delay]);
  return longest < 0 ? std::nullopt : std::optional(longest);
}

std::vector<std::string_view> RobotsTxt::sitemaps() const {
  std::vector<std::string_view> out;
  for (const Text sitemap : sitemaps_) out.push_back(view(sitemap));
  return out;
}

std::size_t RobotsTxt::memory() const {
  return sizeof *this + text_.capacity() + agents_.capacity() * sizeof(Agent) + groups_.capacity() * sizeof(Group) +
         rules_.capacity() * sizeof(Rule) + delays_.capacity() * sizeof(double) + sitemaps_.capacity() * sizeof(Text);
}

}  // namespace headrace
