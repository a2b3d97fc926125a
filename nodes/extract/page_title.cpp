#include "nodes/extract/page_title.hpp"

#include <algorithm>
#include <set>

namespace headrace {

namespace {

constexpr std::size_t max_title = 1000;       // bytes; longer ones are no titles
constexpr std::size_t max_headlines = 64;     // h1 elements that are looked at
constexpr std::size_t most_nodes = 500;       // of an element that is a headline
constexpr std::size_t least_headline = 3;     // words of a heading that nobody else confirms
constexpr double alike = 0.5;                 // two titles that share so many of the shorter one's words are of one article
constexpr double much_alike = 0.7;            // ... where one of several headings must be chosen
constexpr std::size_t max_section_words = 4;  // of a last part, "- Sports", that nothing else confirms

using Title = Found<std::string>;

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (std::string word = letters_of(text.substr(0, end)); !word.empty()) out.insert(std::move(word));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

double likeness(std::string_view a, std::string_view b) {
  const auto left = words_of(a), right = words_of(b);
  if (left.empty() || right.empty()) return 0;
  const auto common = std::count_if(left.begin(), left.end(), [&](const std::string& word) { return right.contains(word); });
  return static_cast<double>(common) / static_cast<double>(std::min(left.size(), right.size()));
}

std::size_t words_in(std::string_view text) { return words_of(text).size(); }

// What the machine-readable parts say, best first, the site's name taken off.
std::vector<Title> declared_titles(const PageParts& parts) {
  std::vector<Title> out;
  const auto add = [&](const std::optional<std::string>& title, std::string source, double confidence) {
    if (!title || title->empty() || title->size() > max_title) return;
    out.push_back({parts.site.removed_from(*title), std::move(source), confidence});
  };
  const auto add_meta = [&](std::initializer_list<std::string_view> names, double confidence) {
    if (const auto* entry = parts.meta.find(names)) add(entry->value, "meta " + entry->name, confidence);
  };
  add_meta({"og:title"}, 0.8);
  add(parts.json.headline, "JSON-LD headline", 0.8);
  add_meta({"twitter:title", "parsely-title", "sailthru.title", "citation_title"}, 0.7);
  add_meta({"dc.title", "dcterms.title", "headline", "title"}, 0.6);
  add(parts.title_element, "title element", 0.5);
  return out;
}

struct Headline {
  std::string text;
  bool beside = false;
};

std::vector<Headline> headlines_of(const PageParts& parts) {
  std::vector<Headline> out;
  for (std::size_t i = 0; i < parts.page.size() && out.size() < max_headlines; ++i) {
    const HtmlNode& node = parts.page[i];
    const bool headline = node.tag == Tag::h1 || (node.attribute("itemprop") == "headline" && node.tag != Tag::meta);
    if (!headline || node.end - i > most_nodes) continue;
    std::string text = parts.page.text_of(i, max_title + 1);
    if (!text.empty() && text.size() <= max_title) out.push_back({std::move(text), static_cast<bool>(parts.beside[i])});
  }
  return out;
}

bool has_lower_case(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; });
}

// A run of parts of a declared title is the heading: "Tide | Science" has Tide.
bool confirmed(const std::string& heading, const Title& declared) {
  const std::string wanted = letters_of(heading);
  const auto parts = title_parts(declared.value);
  for (std::size_t from = 0; from < parts.size(); ++from) {
    std::string run;
    for (std::size_t to = from; to < parts.size(); ++to) {
      run += letters_of(parts[to]);
      if (run == wanted) return true;
    }
  }
  return false;
}

// The heading that the declared titles confirm, word by word; as it is shown, unless it is shown in capitals only.
std::optional<Title> confirmed_headline(const std::vector<Headline>& headlines, const std::vector<Title>& declared, const SiteName& site) {
  for (const Title& title : declared) {
    for (const Headline& headline : headlines) {
      if (site.named_by(headline.text) && words_in(title.value) > words_in(headline.text)) continue;
      if (!confirmed(headline.text, title)) continue;
      const bool shouted = !has_lower_case(headline.text) && has_lower_case(title.value);
      return Title{shouted ? title.value : headline.text, "h1, as " + title.source + " says", 0.97};
    }
  }
  return {};
}

// The heading that is most like one of the declared titles; of a page with one heading, that one.
const Headline* likeliest_headline(const std::vector<Headline>& headlines, const std::vector<Title>& declared, const SiteName& site) {
  const Headline *lone = nullptr, *best = nullptr;
  double most = 0;
  bool several = false;
  for (const Headline& headline : headlines) {
    if (headline.beside || site.named_by(headline.text)) continue;
    several = several || (lone && letters_of(lone->text) != letters_of(headline.text));
    lone = lone ? lone : &headline;
    if (words_in(headline.text) < least_headline) continue;
    for (const Title& title : declared)
      if (const double like = likeness(title.value, headline.text); like > most) best = &headline, most = like;
  }
  return !several ? lone : most >= much_alike ? best : nullptr;
}

// A heading of the page, when it is another wording of what is declared, or when nothing is.
std::optional<Title> lone_headline(const std::vector<Headline>& headlines, const std::vector<Title>& declared, const SiteName& site) {
  const Headline* lone = likeliest_headline(headlines, declared, site);
  if (!lone) return {};
  if (declared.empty()) return Title{lone->text, "h1", 0.6};
  // Words of the last part alone, "Chapter 1 - The Archive", speak of the site.
  const auto tells_same = [&](const Title& each) {
    const auto parts = title_parts(each.value);
    const bool of_site = parts.size() > 1 && likeness(parts.back(), lone->text) >= alike && likeness(parts.front(), lone->text) < alike;
    return !of_site && likeness(each.value, lone->text) >= alike;
  };
  const bool same_story = std::any_of(declared.begin(), declared.end(), tells_same);
  if (words_in(lone->text) >= least_headline && same_story && has_lower_case(lone->text)) return Title{lone->text, "h1", 0.8};
  return {};
}

// "Tide - Science - Somewhere" with nothing to compare it with: short last parts are sections and sites.
std::string without_sections(std::string_view title) {
  auto parts = title_parts(title);
  while (parts.size() > 1 && words_in(parts.back()) <= max_section_words && words_in(parts.front()) >= least_headline &&
         words_in(parts.back()) < words_in(parts.front()))
    parts.pop_back();
  return std::string(parts.front().data(), parts.back().data() + parts.back().size());
}

}  // namespace

std::optional<Title> find_title(const PageParts& parts) {
  std::vector<Title> declared = declared_titles(parts);
  const std::vector<Headline> headlines = headlines_of(parts);
  if (auto title = confirmed_headline(headlines, declared, parts.site)) return title;
  if (declared.size() > 1) std::erase_if(declared, [&](const Title& each) { return parts.site.named_by(each.value); });
  if (auto title = lone_headline(headlines, declared, parts.site)) return title;
  if (declared.empty()) return headlines.empty() ? std::nullopt : std::optional(Title{headlines.front().text, "h1", 0.4});
  // What two places say in the same words.
  for (std::size_t i = 0; i + 1 < declared.size(); ++i)
    for (std::size_t k = i + 1; k < declared.size(); ++k)
      if (letters_of(declared[i].value) == letters_of(declared[k].value))
        return Title{declared[i].value, declared[i].source + ", as " + declared[k].source + " says", 0.9};
  Title best = declared.front();
  if (best.source == "title element" || declared.size() == 1) best.value = without_sections(best.value);
  return best;
}

}  // namespace headrace
