// robots.txt once more, as short and as slow as can be: what RobotsTxt is compared with on small texts. It shares no code with it.
#pragma once
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace headrace::testing {

class NaiveRobots {
 public:
  explicit NaiveRobots(std::string text) {
    for (const std::string& mark : {std::string("\xef\xbb\xbf"), std::string("\xef\xbb"), std::string("\xef")})
      if (text.rfind(mark, 0) == 0) {
        text.erase(0, mark.size());
        break;
      }
    std::string line;
    for (const char c : text + "\n")
      if (c == '\n' || c == '\r') take(line), line.clear();
      else line += c;
  }

  bool allowed(const std::string& agent, const std::string& path) const {
    const std::string wanted = normal(path.empty() ? "/" : path, false);
    if (wanted == "/robots.txt") return true;
    std::size_t strongest = 0;
    bool allow = true;
    for (const Rule& rule : rules_of(lower(agent))) {
      if (!glob(rule.pattern, wanted)) continue;
      const bool wins = rule.octets > strongest || (rule.octets == strongest && rule.allow);
      if (wins) strongest = rule.octets, allow = rule.allow;
    }
    return allow;
  }

 private:
  struct Rule {
    bool allow;
    std::string pattern;  // in it \1 is a wildcard and \2 the end of the path
    std::size_t octets;
  };
  struct Group {
    std::vector<std::string> agents;
    std::vector<Rule> rules;
    bool closed = false;
  };

  static std::string lower(std::string text) {
    for (char& c : text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
  }

  static std::string trim(const std::string& text) {
    const std::string spaces = " \t\v\f\r\n";
    const std::size_t first = text.find_first_not_of(spaces);
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(spaces) - first + 1);
  }

  static std::string normal(const std::string& text, bool pattern) {
    const std::string unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~", kept = "/?!&()+,;=:@#";
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto hex = [](char c) { return std::string("0123456789abcdefABCDEF").find(c) != std::string::npos; };
      const bool escape = text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) && hex(text[i + 2]);
      const char c = escape ? static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16)) : text[i];
      char encoded[4];
      std::snprintf(encoded, sizeof encoded, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
      const bool is_unreserved = unreserved.find(c) != std::string::npos;
      if (escape) out += is_unreserved ? std::string(1, c) : encoded, i += 2;
      else if (is_unreserved || kept.find(c) != std::string::npos || c == '%') out += c;
      else if (pattern && c == '*') out += '\1';
      else if (pattern && c == '$' && i + 1 == text.size()) out += '\2';
      else out += encoded;
    }
    return out;
  }

  // Walks all the places of the path that the pattern may have come to.
  static bool glob(const std::string& pattern, const std::string& path) {
    std::vector<bool> here(path.size() + 1, false);
    here[0] = true;
    for (const char c : pattern) {
      if (c == '\2') return here[path.size()];
      std::vector<bool> next(path.size() + 1, false);
      for (std::size_t at = 0; at <= path.size(); ++at)
        if (c == '\1') next[at] = here[at] || (at > 0 && next[at - 1]);
        else next[at] = at > 0 && here[at - 1] && path[at - 1] == c;
      here = next;
    }
    return std::find(here.begin(), here.end(), true) != here.end();
  }

  void take(std::string line) {
    line = trim(line.substr(0, line.find_first_of(std::string("#\0", 2))));
    std::size_t gap = line.find(':');
    if (gap == std::string::npos) gap = line.find_first_of(" \t");
    if (gap == std::string::npos) return;
    const std::string name = lower(line.substr(0, gap)), value = trim(line.substr(gap + 1));
    if (line.find(':') == std::string::npos && value.find_first_of(" \t") != std::string::npos) return;
    const auto is = [&](std::initializer_list<const char*> spellings) {
      for (const std::string spelling : spellings)
        if (name.rfind(spelling, 0) == 0) return true;
      return false;
    };
    if (is({"user-agent", "useragent", "user agent"})) return add_agent(value);
    if (is({"allow"})) return add_rule(true, value);
    if (is({"disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"})) return add_rule(false, value);
  }

  void add_agent(const std::string& value) {
    if (groups_.empty() || groups_.back().closed) groups_.emplace_back();
    const std::string token = lower(value.substr(0, value.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_")));
    const bool everybody = value == "*" || value.rfind("* ", 0) == 0 || value.rfind("*\t", 0) == 0;
    if (everybody) groups_.back().agents.push_back("*");
    else if (!token.empty()) groups_.back().agents.push_back(token);
  }

  void add_rule(bool allow, const std::string& value) {
    if (groups_.empty()) return;
    groups_.back().closed = true;
    add_pattern(allow, value);
    const std::size_t slash = value.rfind('/');
    if (allow && slash != std::string::npos && value.compare(slash, 10, "/index.htm") == 0)
      add_pattern(true, value.substr(0, slash + 1) + "$");
  }

  void add_pattern(bool allow, const std::string& value) {
    if (value.empty()) return;
    const std::string pattern = normal(value, true);
    groups_.back().rules.push_back({allow, pattern, pattern.size()});
  }

  std::vector<Rule> rules_of(const std::string& agent) const {
    for (const std::string& name : {agent, std::string("*")}) {
      bool named = false;
      std::vector<Rule> out;
      for (const Group& group : groups_) {
        bool here = false;
        for (const std::string& each : group.agents) here = here || each == name;
        if (!here) continue;
        named = true;
        out.insert(out.end(), group.rules.begin(), group.rules.end());
      }
      if (named) return out;
    }
    return {};
  }

  std::vector<Group> groups_;
};

}  // namespace headrace::testing
