// Scores over the development data of feeds (the folder feeds/ of HEADRACE_DATA), which is no part of this project: where it is
// absent these tests say so and pass. Values are compared as its score.py does: texts without markup and blanks, links with
// host and scheme in small letters, dates as instants, of authors and categories every stated part.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>

#include "core/testing/test_node.hpp"
#include "core/value/json.hpp"
#include "nodes/keys.hpp"
#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/xml_reader.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

std::string folder() {
  const char* data = std::getenv("HEADRACE_DATA");
  return data ? std::string(data) + "/feeds/" : "";
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Calls `visit` with each line of a table. False, with a message, when there is no such table.
bool each_line(const std::string& name, const std::function<void(const std::string& line)>& visit) {
  std::ifstream table(folder().empty() ? "" : folder() + name);
  if (!table) {
    MESSAGE("skipped: HEADRACE_DATA names no folder with feeds/" << name);
    return false;
  }
  for (std::string line; std::getline(table, line);)
    if (!line.empty() && line[0] != '#') visit(line);
  return true;
}

std::optional<ValueView> member(const std::optional<ValueView>& object, std::string_view name) {
  if (!object || object->shape() != Shape::object) return std::nullopt;
  const auto value = object->member(name);
  return value && !value->is_null() ? value : std::nullopt;
}

std::string text_of(const std::optional<ValueView>& value) {
  return value && value->shape() == Shape::string ? std::string(value->string()) : "";
}

// ---- how values compare ----------------------------------------------------------------------------------------------------

// Cuts what begins with `opening` and ends with `closing`, which may be the end of a name's element.
void cut(std::string& text, std::string_view opening, std::string_view closing) {
  const auto lower = [](std::string_view from) {
    std::string out(from);
    for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return out;
  };
  const std::string small = lower(text);
  std::string out;
  std::size_t from = 0;
  for (std::size_t at; (at = small.find(opening, from)) != std::string::npos;) {
    const auto end = small.find(closing, at + opening.size());
    if (end == std::string::npos) break;
    const auto past = closing.ends_with('>') ? end + closing.size() : std::min(small.find('>', end), small.size() - 1) + 1;
    out.append(text, from, at - from) += ' ';
    from = past;
  }
  text = out.append(text, from);
}

std::string squeezed(std::string text) {
  static const std::regex tag(R"(</?[A-Za-z!?][^<>]*>)");
  for (int round = 0; round < 4; ++round) {
    const std::string before = text;
    for (const std::string name : {"script", "style"}) cut(text, "<" + name, "</" + name);
    cut(text, "<!--", "-->");
    for (const std::string_view mark : {"<![CDATA[", "]]>"})
      for (std::size_t at; (at = text.find(mark)) != std::string::npos;) text.erase(at, mark.size());
    text = feed::decode_entities(std::regex_replace(text, tag, " ")).text;
    if (text == before) break;
  }
  for (const std::string_view blank : {"\xC2\xA0", "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x89"})
    for (std::size_t at; (at = text.find(blank)) != std::string::npos;) text.erase(at, blank.size());
  std::erase_if(text, [](unsigned char c) { return c <= 0x20; });
  return text;
}

std::string blanks_collapsed(const std::string& text) { return feed::collapse_blanks(text); }

std::optional<std::chrono::sys_seconds> instant(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(parse_time(text).at);
}

std::string small_letters(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string plain_link(const std::string& text) {
  static const std::regex shape(R"(^(https?)://([^/?#]*)([^]*)$)", std::regex::icase);
  std::smatch match;
  const std::string trimmed(feed::trim(text));
  if (!std::regex_match(trimmed, match, shape)) return trimmed;
  const std::string rest = match[3];
  return small_letters(match[1].str() + "://" + match[2].str()) + (rest.starts_with('/') ? rest : "/" + rest);
}

std::string charset(std::string name) {
  static const std::map<std::string, std::string> same = {
      {"utf8", "utf-8"},          {"latin1", "iso-8859-1"}, {"ascii", "us-ascii"},
      {"gbk", "gb18030"},         {"gb2312", "gb18030"},    {"windows1252", "windows-1252"},
      {"cp1252", "windows-1252"}, {"x-sjis", "shift_jis"},  {"sjis", "shift_jis"}};
  name = small_letters(std::move(name));
  const auto found = same.find(name);
  return found == same.end() ? name : found->second;
}

bool author_fits(const ValueView& wanted, const std::optional<ValueView>& got) {
  for (const char* part : {"name", "email", "uri"})
    if (const auto stated = member(wanted, part);
        stated && blanks_collapsed(text_of(stated)) != blanks_collapsed(text_of(member(got, part))))
      return false;
  return true;
}

bool categories_fit(const ValueView& wanted, const std::optional<ValueView>& got) {
  std::set<std::string> known;
  if (got)
    for (const ValueView& each : got->elements()) known.insert(blanks_collapsed(std::string(each.string())));
  const auto stated = wanted.elements();
  return std::all_of(stated.begin(), stated.end(),
                     [&](const ValueView& each) { return known.contains(blanks_collapsed(std::string(each.string()))); });
}

bool fits(const std::string& field, const ValueView& wanted, const std::optional<ValueView>& parent) {
  const auto got = member(parent, field);
  if (field == "author") return author_fits(wanted, got);
  if (field == "categories") return categories_fit(wanted, got);
  const std::string want = text_of(wanted);
  if (field == "title" || field == "summary" || field == "content") return squeezed(want) == squeezed(text_of(got));
  if (field == "published" || field == "updated") return instant(want) == instant(text_of(got));
  if (field == "date")
    return instant(want) == instant(text_of(member(parent, "published"))) || instant(want) == instant(text_of(member(parent, "updated")));
  if (field == "body")
    return squeezed(want) == squeezed(text_of(member(parent, "content"))) || squeezed(want) == squeezed(text_of(member(parent, "summary")));
  if (field == "language") return small_letters(want) == small_letters(text_of(got));
  if (field == "link") return plain_link(want) == plain_link(text_of(got));
  return feed::trim(want) == feed::trim(text_of(got));
}

// ---- cases -----------------------------------------------------------------------------------------------------------------

constexpr const char* feed_fields[] = {"title", "link", "id", "summary", "language", "author", "updated", "published", "categories"};
constexpr const char* entry_fields[] = {"title",  "link",    "id",      "published", "updated",   "date",
                                        "author", "summary", "content", "body",      "categories"};

// What a result lacks of what is expected: "feed.title entry.link".
std::string missing(const ValueView& expected, const ValueView& result) {
  std::string out;
  const auto check = [&](const std::string& name, bool right) {
    if (!right) out += name + " ";
  };
  const auto wanted_feed = member(expected, "feed");
  for (const char* field : feed_fields)
    if (const auto wanted = member(wanted_feed, field)) check(std::string("feed.") + field, fits(field, *wanted, member(result, "feed")));
  const auto entries = member(result, "entries");
  const auto got = entries ? entries->elements() : std::vector<ValueView>();
  if (const auto count = member(expected, "entry_count")) check("entry_count", count->integer() == static_cast<std::int64_t>(got.size()));
  if (const auto wanted_entries = member(expected, "entries")) {
    for (const ValueView& wanted : wanted_entries->elements()) {
      const auto i = static_cast<std::size_t>(member(wanted, "i")->integer());
      for (const char* field : entry_fields)
        if (const auto value = member(wanted, field))
          check(std::string("entry.") + field, fits(field, *value, i < got.size() ? std::optional(got[i]) : std::nullopt));
    }
  }
  if (const auto wanted = member(expected, "encoding"))
    check("encoding", charset(text_of(wanted)) == charset(text_of(member(result, "encoding"))));
  if (const auto wanted = member(expected, "wellformed"))
    if (const auto said = member(result, "wellformed")) check("wellformed", wanted->boolean() == said->boolean());
  return out;
}

struct Score {
  int cases = 0, right = 0;
};

}  // namespace

TEST_CASE("development data: feeds") {
  std::map<std::string, Score> kinds;
  Score all;
  const bool present = each_line("expectations.jsonl", [&](const std::string& line) {
    const JsonDocument document(line);
    const ValueView row = document.root();
    if (member(row, "policy")) return;
    FeedDocument input{Bytes(read_file(folder() + text_of(member(row, "file")))), {}, {}};
    if (const auto type = member(row, "content_type")) input.content_type = text_of(type);
    if (const auto url = member(row, "base_url")) input.url = text_of(url);
    auto answer = TestNode("parse_feed").given<"feed_document">(std::move(input)).call<ParsedFeed>();
    const std::string value = answer.status() == Status::ready ? to_json(answer.value()) : "{}";
    const JsonDocument result(value);
    const std::string lacks = missing(*member(row, "expect"), result.root());
    Score& kind = kinds[text_of(member(row, "suite")) + ":" + text_of(member(row, "kind"))];
    for (Score* each : {&kind, &all}) ++each->cases, each->right += lacks.empty();
    if (!lacks.empty()) MESSAGE(text_of(member(row, "id")) << ": " << lacks);
  });
  if (!present) return;
  for (const auto& each : kinds) MESSAGE(each.first << ": " << each.second.right << " of " << each.second.cases);
  MESSAGE("all: " << all.right << " of " << all.cases);
  CHECK(all.right >= 0.985 * all.cases);
}

TEST_CASE("development data: dates") {
  Score score;
  TestNode parse("parse_date");
  const bool present = each_line("dates.tsv", [&](const std::string& line) {
    const auto first = line.find('\t'), second = line.find('\t', first + 1);
    const std::string text = line.substr(0, first), wanted = line.substr(first + 1, second - first - 1);
    auto answer = parse.given<"text">(text).call<Time>();
    const bool ready = answer.status() == Status::ready;
    const bool right = wanted.empty() ? !ready : ready && (wanted == "*" || instant(wanted) == instant(format_time(answer.value())));
    ++score.cases;
    score.right += right;
    if (!right) MESSAGE(text << " gave " << (ready ? format_time(answer.value()) : "(refuse)") << ", not " << wanted);
  });
  if (!present) return;
  MESSAGE("dates.tsv: " << score.right << " of " << score.cases);
  CHECK(score.right >= 0.95 * score.cases);
}
