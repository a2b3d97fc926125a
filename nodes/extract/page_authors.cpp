#include "nodes/extract/page_authors.hpp"

#include <algorithm>

#include "nodes/extract/person_names.hpp"

namespace headrace {

namespace {

constexpr std::size_t longest_byline = 160;  // bytes; longer ones are sentences
constexpr std::size_t nodes_before = 150;    // of the headline, in which a byline may stand ...
constexpr std::size_t nodes_after = 1500;    // ... and behind it
constexpr std::size_t far = 300;             // nodes behind the headline ...
constexpr double doubted = 0.6;              // ... where a byline counts so much less
constexpr std::size_t cluster_gap = 60;      // nodes between the names of one byline
constexpr std::size_t most_people = 16;      // of one page
constexpr std::size_t most_nodes = 80;       // of an element that is a byline

using Names = std::vector<std::string>;
using Authors = Found<Names>;

double common_share(const Names& a, const Names& b) {
  const auto has = [&](const std::string& name) {
    return std::any_of(b.begin(), b.end(), [&](const std::string& other) { return letters_of(name) == letters_of(other); });
  };
  const auto common = static_cast<double>(std::count_if(a.begin(), a.end(), has));
  return common / (static_cast<double>(a.size() + b.size()) - common);
}

void add_people(Names& names, const Names& more) {
  for (const std::string& name : more)
    if (names.size() < most_people && common_share({name}, names) == 0) names.push_back(name);
}

class AuthorSearch {
 public:
  AuthorSearch(const PageParts& parts, std::size_t headline) : parts_(parts), headline_(headline) {}

  std::optional<Authors> run() {
    add("JSON-LD author", 3, people(parts_.json.authors, true));
    for (const std::string_view name :
         {"author", "parsely-author", "article:author", "dc.creator", "dcterms.creator", "sailthru.author", "byl", "citation_author",
          "cxenseparse:author", "og:article:author", "article:author_name", "creator"})
      add("meta " + std::string(name), 2.5, people(parts_.meta.all(name), false));
    add_near(
        "rel=author", 2, [&](std::size_t i) { return is_declared(parts_.page[i]); }, true);
    add_near(
        "element named as a byline", 1.6, [&](std::size_t i) { return is_named(i); }, false);
    add_near(
        "line that begins with 'By'", 1.2, [&](std::size_t i) { return is_line(i); }, false);
    return best();
  }

 private:
  Names people(const Names& bylines, bool lone_words) const {
    Names out;
    for (const std::string& byline : bylines) add_people(out, person_names(byline, parts_.site, lone_words));
    return out;
  }

  void add(std::string source, double weight, Names names) {
    if (!names.empty()) found_.push_back({std::move(names), std::move(source), weight});
  }

  static bool is_declared(const HtmlNode& node) {
    if (node.tag == Tag::meta || node.tag == Tag::link || !node.attributes) return false;
    return node.attribute("rel") == "author" || node.attribute("itemprop") == "author";
  }
  bool is_named(std::size_t i) const {
    const NameTraits traits = parts_.traits[i];
    return (traits & name_trait::byline) && !(traits & name_trait::not_name);
  }
  bool is_line(std::size_t i) const {
    const HtmlNode& node = parts_.page[i];
    if (node.tag != Tag::text || node.text.size() > longest_byline) return false;
    const std::string start = squeezed(node.text.substr(0, 24));
    return start.starts_with("By ") || start.starts_with("BY ") || start == "By" || start == "by" || start.starts_with("Von ") ||
           start.starts_with("Por ") || start.starts_with("Par ") || start.starts_with("Written by") || start.starts_with("Posted by") ||
           start.starts_with("Oleh ") || start.starts_with("Oleh:");
  }
  // The text that holds the names; for a line, that of the block it begins.
  std::string byline_at(std::size_t i) const {
    if (parts_.page[i].tag != Tag::text) {
      for (std::size_t k = i; k < parts_.page[i].end; ++k)
        if (parts_.page[k].attribute("itemprop") == "name" && parts_.page[k].tag != Tag::meta)
          return parts_.page.text_of(k, longest_byline + 1);
      return names_text(i);
    }
    std::size_t block = parts_.page[i].parent;
    while (block > 0 && !is_block(parts_.page[block].tag)) block = parts_.page[block].parent;
    if (parts_.page[block].end - block > most_nodes) return squeezed(parts_.page[i].text);
    return parts_.page.text_of(block, longest_byline + 1);
  }
  // Its text, blocks apart: each name in a list stands in its own.
  std::string names_text(std::size_t i) const {
    std::string out;
    for (std::size_t k = i; k < parts_.page[i].end && out.size() <= longest_byline; ++k) {
      const HtmlNode& node = parts_.page[k];
      if (k > i && (is_block(node.tag) || node.tag == Tag::br) && !out.empty() && !out.ends_with(';')) out += ';';
      if (node.tag == Tag::text) append_squeezed(out, node.text, longest_byline + 1);
    }
    return out;
  }

  // The names in the first elements near the headline for which `wanted` holds; of elements in each other, the inner ones
  // where they are such as well. Far behind it, the next article may have begun.
  template <class Wanted> void add_near(std::string source, double weight, Wanted&& wanted, bool lone_words) {
    const std::size_t from = headline_ > nodes_before ? headline_ - nodes_before : 0;
    const std::size_t to = std::min(parts_.page.size(), headline_ + nodes_after);
    Names out;
    std::size_t last = 0;
    for (std::size_t i = from; i < to; ++i) {
      if (!out.empty() && i > last + cluster_gap) break;
      if (parts_.beside[i] || parts_.page[i].end - i > most_nodes || !wanted(i)) continue;
      const std::string byline = byline_at(i);
      if (byline.empty() || byline.size() > longest_byline) continue;
      const Names names = person_names(byline, parts_.site, lone_words);
      if (names.empty()) continue;
      if (out.empty() && i > headline_ + far) weight *= doubted;
      add_people(out, names);
      last = i = std::max<std::size_t>(i, parts_.page[i].end - 1);
    }
    add(std::move(source), weight, std::move(out));
  }

  // Each source has its weight, and half the weight of those that agree with it.
  std::optional<Authors> best() {
    std::optional<Authors> out;
    double most = 0, all = 0;
    for (const Authors& one : found_) {
      double votes = one.confidence;
      for (const Authors& other : found_)
        if (&other != &one) votes += 0.5 * other.confidence * common_share(one.value, other.value);
      if (votes > most) out = one, most = votes;
      all += one.confidence;
    }
    if (out) out->confidence = std::min(0.98, 0.4 + 0.15 * most * (out->confidence / all + 0.5));
    return out;
  }

  const PageParts& parts_;
  std::size_t headline_;
  std::vector<Authors> found_;
};

}  // namespace

std::optional<Found<std::vector<std::string>>> find_authors(const PageParts& parts, std::size_t headline) {
  return AuthorSearch(parts, headline).run();
}

}  // namespace headrace
