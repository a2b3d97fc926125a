#include "nodes/extract/person_names.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "nodes/extract/page_meta.hpp"

namespace headrace {

namespace {

constexpr std::size_t longest_byline = 300, longest_name = 60;  // bytes
constexpr std::size_t most_words = 6, most_people = 16;

using Words = std::vector<std::string>;

template <std::size_t N> bool is_one_of(std::string_view word, const std::array<std::string_view, N>& sorted) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

// What stands before a name. Those of the second list begin names as well ("Von Trapp"): two words must follow them.
constexpr auto openings = std::to_array<std::string_view>(
    {"by ",          "by: ",           "written by ",  "posted by ",     "published by ",    "authored by ", "submitted by ",
     "reported by ", "reporting by ",  "story by ",    "words by ",      "text by ",         "article by ",  "review by ",
     "reviewed by ", "analysis by ",   "opinion by ",  "column by ",     "author: ",         "authors: ",    "author ",
     "authors ",     "text: ",         "tekst: ",      "autor: ",        "autora: ",         "autor ",       "auteur : ",
     "автор: ",      "a cura di ",     "escrito por ", "publicado por ", "geschrieben von ", "rédigé par ",  "publié par ",
     "scritto da ",  "pubblicato da ", "oleh: ",       "oleh ",          "skriven av ",      "skrevet av ",  "kirjoittanut ",
     "from "});
constexpr auto doubtful_openings = std::to_array<std::string_view>({"von ", "par ", "por ", "di ", "da ", "door ", "av ", "af ", "de "});

// What ends the names of a byline and begins something about them.
constexpr auto endings =
    std::to_array<std::string_view>({" on ",    " at ",     " in ",         " for ",    " from ", " published", " updated",
                                     " posted", " last ",   " contributed", " reports", " is a ", " was ",      " covers ",
                                     " writes", " joined ", " -- ",         " (",       " [",     " <",         "\n"});
constexpr auto bars = std::to_array<std::string_view>({" | ", " • ", " · ", " — ", " – ", " - ", " / ", "|", "•", "·"});
constexpr auto joints = std::to_array<std::string_view>(
    {" and ", " & ", ";", ",", " und ", " et ", " y ", " och ", " og ", " with ", " con ", " e ", " и ", " en "});

// Words that no person is called, in alphabetical order. What ends a name:
constexpr auto roles = std::to_array<std::string_view>(
    {"ago",       "am",       "analyst",   "anonymous",    "associate",   "author",    "blog",          "blogger",      "chief",
     "columnist", "comment",  "comments",  "contributing", "contributor", "copyright", "correspondent", "critic",       "date",
     "december",  "digital",  "director",  "dpa",          "editor",      "editorial", "email",         "executive",    "facebook",
     "february",  "follow",   "freelance", "freelancer",   "friday",      "guest",     "january",       "jd",           "journalist",
     "july",      "manager",  "march",     "mba",          "md",          "min",       "minutes",       "monday",       "national",
     "november",  "null",     "october",   "officer",      "oped",        "opinion",   "phd",           "photographer", "pm",
     "political", "politics", "post",      "president",    "producer",    "professor", "profile",       "published",    "rdn",
     "read",      "report",   "reporter",  "reports",      "review",      "saturday",  "science",       "senior",       "september",
     "share",     "sports",   "subscribe", "sunday",       "the",         "thursday",  "today",         "tuesday",      "twitter",
     "undefined", "unknown",  "updated",   "user",         "view",        "wednesday", "writer"});
static_assert(std::is_sorted(roles.begin(), roles.end()));
// Of a group or an outlet: who is called so is nobody, unless a role follows ("staff writer").
constexpr auto outlets = std::to_array<std::string_view>(
    {"admin",      "administrator", "agencies",  "agency",   "bureau",  "contributors", "department", "desk",      "editors",
     "foundation", "inc",           "institute", "journal",  "llc",     "ltd",          "magazine",   "media",     "network",
     "news",       "newspaper",     "newsroom",  "newswire", "online",  "press",        "redacción",  "redaktion", "redazione",
     "reporters",  "rédaction",     "service",   "staff",    "studio",  "team",         "times",      "tribune",   "tv",
     "university", "webmaster",     "website",   "wire",     "writers", "редакция"});
static_assert(std::is_sorted(outlets.begin(), outlets.end()));

constexpr auto particles =
    std::to_array<std::string_view>({"af",  "al", "av", "bin", "binti", "da", "dal", "das", "de",  "del", "della", "den", "der", "di", "do",
                                     "dos", "du", "e",  "el",  "ibn",   "la", "le",  "ten", "ter", "van", "vom",   "von", "y",   "zu"});
static_assert(std::is_sorted(particles.begin(), particles.end()));

constexpr auto places = std::to_array<std::string_view>({"beijing", "berlin", "brussels", "chicago", "hong kong", "jerusalem", "london",
                                                         "los angeles", "melbourne", "moscow", "new delhi", "new york", "paris",
                                                         "san francisco", "seoul", "sydney", "tokyo", "toronto", "washington"});
static_assert(std::is_sorted(places.begin(), places.end()));

constexpr auto suffixes = std::to_array<std::string_view>({"II", "III", "IV", "JR", "SR"});

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view edge = " ,:;-*\"\t";
  const std::size_t begin = std::min(text.find_first_not_of(edge), text.size());
  text.remove_prefix(begin);
  while (!text.empty() && edge.find(text.back()) != edge.npos) text.remove_suffix(1);
  return text;
}

std::size_t blanks_in(std::string_view text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')); }

std::string_view without_opening(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    const std::string start = lower_ascii(text.substr(0, 24));
    for (const std::string_view opening : openings)
      if (start.starts_with(opening)) text = trimmed(text.substr(opening.size())), again = true;
    for (const std::string_view opening : doubtful_openings)
      if (!again && start.starts_with(opening) && blanks_in(text) >= 2) text = trimmed(text.substr(opening.size())), again = true;
  }
  return text;
}

// "Posted on 3 May by Ada Quay": the names stand behind.
std::string_view behind_by(std::string_view text) {
  const std::size_t at = lower_ascii(text).find(" by ");
  const bool aside = at != text.npos && text.substr(0, at).find_first_of("0123456789:") != text.npos;
  return aside ? text.substr(at + 4) : text;
}

std::string_view before_endings(std::string_view text) {
  const std::string lowered = lower_ascii(text);
  std::size_t end = text.size();
  for (const std::string_view ending : endings) end = std::min(end, lowered.find(ending));
  return text.substr(0, end);
}

template <std::size_t N> std::vector<std::string_view> split(std::string_view text, const std::array<std::string_view, N>& separators) {
  const std::string lowered = lower_ascii(text);
  std::vector<std::string_view> out;
  for (std::size_t at = 0;;) {
    std::size_t cut = text.size(), width = 0;
    for (const std::string_view separator : separators)
      if (const std::size_t found = lowered.find(separator, at); found < cut) cut = found, width = separator.size();
    out.push_back(trimmed(text.substr(at, cut - at)));
    if (cut == text.size()) return out;
    at = cut + width;
  }
}

Words words_of(std::string_view text) {
  Words out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) out.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool shouted(std::string_view word) {
  return std::count_if(word.begin(), word.end(), is_upper) > 1 && std::none_of(word.begin(), word.end(), is_lower);
}

// Chinese, Japanese and Korean names are one word.
bool writes_no_blanks(std::string_view word) { return static_cast<unsigned char>(word.front()) >= 0xE3; }

bool may_begin_name(std::string_view word) {
  const char c = word.front();
  return is_upper(c) || static_cast<unsigned char>(c) >= 0x80 || is_one_of(word, particles) || (word.size() > 2 && word[1] == '\'');
}

// "QUAY" is Quay, "O'HARA-MOLE" is O'Hara-Mole.
std::string calmed(std::string word) {
  for (std::size_t i = 1; i < word.size(); ++i)
    if (is_upper(word[i]) && word[i - 1] != '\'' && word[i - 1] != '-' && word[i - 1] != '.') word[i] = static_cast<char>(word[i] + 32);
  return word;
}

std::string bare_word(const std::string& word) {
  std::string bare = lower_ascii(word);
  while (!bare.empty() && (bare.back() == '.' || bare.back() == ':')) bare.pop_back();
  return bare;
}
bool is_role(const std::string& word) { return is_one_of(bare_word(word), roles); }
bool is_outlet(const std::string& word) { return is_one_of(bare_word(word), outlets); }
bool is_suffix(const std::string& word) { return std::find(suffixes.begin(), suffixes.end(), word) != suffixes.end(); }

bool all_shouted(const Words& words) {
  return std::all_of(words.begin(), words.end(), [](const std::string& word) { return shouted(word) || word.size() <= 2; });
}
// "BBC", "MS": what is all capitals in a name that is not.
bool is_acronym(const std::string& word) { return shouted(word) && word.find('.') == word.npos && !is_suffix(word); }

// Leaves the words of the name: roles, degrees and outlets behind it are cut. False when they are no person's.
bool cut_tail(Words& words) {
  const auto role = std::find_if(words.begin(), words.end(), [](const std::string& word) { return is_role(word) || is_outlet(word); });
  const bool cut = role != words.end();
  // "Ada Quay BBC News" has an acronym between the person and the outlet; "Ada Quay staff writer" a role behind.
  const bool outlet = cut && is_outlet(*role);
  const bool marked = outlet && ((role + 1 != words.end() && is_role(role[1])) || (role - words.begin() > 2 && is_acronym(role[-1])));
  if (outlet && !marked) return false;
  words.erase(role, words.end());
  const bool loud = all_shouted(words);
  while (words.size() > 2 && !loud && is_acronym(words.back()) && words.back().size() > 1) words.pop_back();
  while (!words.empty() && is_one_of(words.back(), particles)) words.pop_back();
  return !words.empty() && (!cut || words.size() > 1);
}

bool has_letter_soup(std::string_view text) {  // a handle, an address, code
  return text.find_first_of("0123456789@_=<>{}?!#%+") != text.npos || text.find("://") != text.npos || text.find(".com") != text.npos;
}

std::optional<std::string> one_name(std::string_view text, const SiteName& site, bool lone_words) {
  text = without_opening(trimmed(text));
  if (text.empty() || text.size() > 4 * longest_name || is_one_of(lower_ascii(text), places)) return {};
  Words words = words_of(text);
  if (!cut_tail(words) || words.size() > most_words || (words.size() == 1 && !lone_words && !writes_no_blanks(words.front()))) return {};
  if (!std::all_of(words.begin(), words.end(), [](const std::string& word) { return may_begin_name(word); })) return {};
  const bool loud = all_shouted(words);
  // "CNN Business", "AFP": outlets are written so; "MA" is a degree, "AJ" a person's initials.
  if (!loud && is_acronym(words.front()) && (words.front().size() > 2 || words.front() == "MA" || words.front() == "MD")) return {};
  if (words.size() == 1 && (shouted(words.front()) || words.front().size() < 3)) return {};
  std::string out;
  for (std::string& word : words) (out += out.empty() ? "" : " ") += loud ? calmed(std::move(word)) : word;
  out = std::string(trimmed(out));
  if (out.size() > longest_name || out.empty() || has_letter_soup(out) || site.named_by(out)) return {};
  return out;
}

// "Quay, Ada" and "Quay, Ada de" are one person.
std::optional<std::string> turned_name(const std::vector<std::string_view>& parts, std::string_view whole, const SiteName& site) {
  const bool comma = parts.size() == 2 && whole.find(',') != whole.npos && blanks_in(parts[0]) == 0 && blanks_in(parts[1]) <= 1;
  if (!comma || parts[0].empty() || writes_no_blanks(parts[0])) return {};
  return one_name(std::string(parts[1]).append(" ").append(parts[0]), site, false);
}

void add_names(std::vector<std::string>& out, std::string_view segment, const SiteName& site, bool lone_words) {
  const auto add = [&](std::optional<std::string> name) {
    const auto same = [&](const std::string& each) { return letters_of(each) == letters_of(*name); };
    if (name && out.size() < most_people && std::none_of(out.begin(), out.end(), same)) out.push_back(std::move(*name));
  };
  const auto parts = split(segment, joints);
  if (auto turned = turned_name(parts, segment, site)) return add(std::move(turned));
  for (const std::string_view part : parts) add(one_name(part, site, lone_words && parts.size() == 1));
}

// "Ada (AQ) Quay" without the parenthesis; one at the end is left to the endings.
std::string without_nickname(std::string_view text) {
  const std::size_t open = text.find('('), close = text.find(") ", open == text.npos ? 0 : open);
  const bool inside = open != text.npos && close != text.npos && close - open < 16 && close + 2 < text.size() && is_upper(text[close + 2]);
  return inside ? std::string(text.substr(0, open)).append(text.substr(close + 2)) : std::string(text);
}

}  // namespace

std::vector<std::string> person_names(std::string_view byline, const SiteName& site, bool lone_words) {
  if (byline.size() > longest_byline) return {};
  std::vector<std::string> out;
  const std::string plain = without_nickname(byline);
  std::string_view text = trimmed(plain);
  text = without_opening(behind_by(text));
  for (const std::string_view segment : split(text, bars)) {
    add_names(out, before_endings(segment), site, lone_words);
    if (!out.empty()) break;  // behind the bar stand places, dates, outlets
  }
  return out;
}

}  // namespace headrace
