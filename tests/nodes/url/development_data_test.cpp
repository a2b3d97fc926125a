// Scores over the development data of URLs (the folder urls/ of HEADRACE_DATA), which is no part of this project: where it is
// absent these tests say so and pass.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "core/testing/test_node.hpp"
#include "core/value/json.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

// Calls `visit` with each line of a table, comments left out. False, with a message, when there is no such table.
bool each_line(const std::string& name, const std::function<void(const std::string& line)>& visit) {
  const char* data = std::getenv("HEADRACE_DATA");
  std::ifstream table(data ? std::string(data) + "/urls/" + name : "");
  if (!table) {
    MESSAGE("skipped: HEADRACE_DATA names no folder with urls/" << name);
    return false;
  }
  for (std::string line; std::getline(table, line);)
    if (!line.empty() && line[0] != '#') visit(line);
  return true;
}

struct Score {
  std::string table;
  int rows = 0, right = 0;
  void add(const std::string& input, const std::string& got, const std::string& expected) {
    ++rows;
    right += got == expected;
    if (got != expected) MESSAGE(table << ": " << input << " gave " << got << ", not " << expected);
  }
  void check(double goal) const {
    MESSAGE(table << ": " << right << " of " << rows);
    CHECK(right >= goal * rows);
  }
};

std::string resolved(const std::string& link, const std::optional<std::string>& base) {
  TestNode node("resolve_url");
  node.given<"link">(link);
  if (base) node.given<"base">(*base);
  auto answer = node.call<std::string>();
  return answer.status() == Status::ready ? answer.value() : "(refuse)";
}

std::optional<std::string> text_member(const ValueView& row, std::string_view name) {
  const auto value = row.member(name);
  return value && !value->is_null() ? std::optional(std::string(value->string())) : std::nullopt;
}

bool is_web(std::string_view url) { return url.starts_with("http:") || url.starts_with("https:"); }

// \\ \t \n \xHH, as in data/urls/canonical.tsv.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    switch (text.at(++i)) {
      case 't': out += '\t'; break;
      case 'n': out += '\n'; break;
      case 'x': out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16)), i += 2; break;
      default: out += text[i];
    }
  }
  return out;
}

}  // namespace

TEST_CASE("development data: the URL standard's cases, http and https") {
  Score score{"whatwg.jsonl"};
  const bool present = each_line(score.table, [&](const std::string& line) {
    try {
      const JsonDocument document(line);
      const auto href = text_member(document.root(), "href");
      if (href && !is_web(*href)) return;
      const std::string input = *text_member(document.root(), "input");
      score.add(input, resolved(input, text_member(document.root(), "base")), href.value_or("(refuse)"));
    } catch (const BadValue&) {  // a lone surrogate, which JSON text cannot hold
    }
  });
  if (present) score.check(0.99);
}

TEST_CASE("development data: domains to ASCII") {
  Score score{"toascii.jsonl"};
  const bool present = each_line(score.table, [&](const std::string& line) {
    const JsonDocument document(line);
    const std::string domain = *text_member(document.root(), "input");
    const auto expected = text_member(document.root(), "output");
    score.add(domain, resolved("https://" + domain + "/", std::nullopt), expected ? "https://" + *expected + "/" : "(refuse)");
  });
  if (present) score.check(0.85);
}

TEST_CASE("development data: canonical forms, each a fixed point") {
  Score score{"canonical.tsv"};
  TestNode node("canonical_url");
  const bool present = each_line(score.table, [&](const std::string& line) {
    const auto first = line.find('\t'), second = line.find('\t', first + 1);
    const std::string input = line.substr(0, first), expected = line.substr(first + 1, second - first - 1), rule = line.substr(second + 1);
    auto answer = node.given<"link">(unescaped(input)).call<CanonicalUrl>();
    const bool ready = answer.status() == Status::ready;
    score.add(rule + ": " + input,
              !ready                      ? "(refuse)"
              : rule.starts_with("dedup") ? answer.value().identity
                                          : answer.value().url,
              expected);
    if (!ready) return;
    const CanonicalUrl again = node.given<"link">(answer.value().url).call<CanonicalUrl>().value();
    CHECK(again.url == answer.value().url);
    CHECK(again.identity == answer.value().identity);
    CHECK(node.given<"link">(again.identity).call<CanonicalUrl>().value().identity == again.identity);
  });
  if (present) score.check(0.98);
}
