#include "nodes/extract/page_language.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <unordered_map>
#include <vector>

namespace headrace {

namespace {

constexpr std::size_t max_text = 8000;     // bytes that are looked at
constexpr std::size_t least_letters = 60;  // of a text, half as many where letters are syllables or words
constexpr std::size_t least_words = 20;    // of a text whose words decide
constexpr double least_share = 0.12;       // of its words that are among the commonest
constexpr double clear_lead = 1.25;        // over the second best language

struct CommonWords {
  std::string_view language, words;
};
constexpr auto common_words = std::to_array<CommonWords>({
    {"en", "the of and to in is that for it was on with as be are this at by from not have but they his you which or had were an"},
    {"de", "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach"},
    {"fr", "de la le et les des en un une du que est dans qui pour au par sur pas plus ne il se avec ce sont cette mais ont aux"},
    {"es", "de la que el en y los del se las por un para con no una su al lo como más pero sus le ha este esta entre cuando"},
    {"it", "di che e la il un a per in una sono con non del si da le dei al nel della ha come più anche gli ma alla questo"},
    {"pt", "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu foi são também"},
    {"nl", "de van het een en in is dat op te zijn met voor niet aan er om ook als door bij maar naar uit wordt deze nog heeft"},
    {"sv", "och i att det som en på är av för med den till inte om ett har de från var men sig kan vi så efter sin"},
    {"da", "og i at det er en til af på som for med den ikke de har et der var fra men om han kan også vil blev efter sig"},
    {"no", "og i det er som på en til av for at med har ikke den om et de fra var men han kan seg også etter ble så"},
    {"fi", "ja on ei että se hän oli joka mutta myös kun ovat sen niin tai kuin vain ole mukaan jos sitä jo nyt olla"},
    {"pl", "i w na z się nie do to że jest o jak a po od za przez ale przy są tym dla oraz tak już było które jego"},
    {"cs", "a se v na je že o z s do to i ve by za pro jsou jako ale po tak od jeho který si podle byl při není"},
    {"sk", "a sa v na je že o z s do to aj vo by za pre sú ako ale po tak od jeho ktorý si podľa bol pri nie"},
    {"hu", "a az és hogy nem is egy ez azt meg csak volt már el de mint vagy még ha kell lehet szerint után aki"},
    {"ro", "de și în a la cu pe nu care o din că pentru se au mai un este sunt prin sau fost după ale lui al"},
    {"tr", "ve bir bu da de için ile olarak çok daha olan gibi en sonra kadar ancak ne var ise değil o her oldu"},
    {"id", "yang dan di dari ini untuk dengan pada itu tidak dalam akan juga adalah ke oleh karena saat ada bisa telah sudah"},
    {"vi", "và của là có được trong cho không một những với các người khi đã để này từ tại về ông đến nhiều cũng"},
    {"ca", "de la i el que en a les els per un una del amb no és al dels com més però ha aquest han també"},
    {"hr", "i u je na se da za su od s a o što kao ne to koji sa ali bi iz će biti nije te po"},
    {"sw", "na ya wa kwa ni za katika la hii kuwa cha hiyo huyo yake kama huo alisema baada lakini"},
    {"ru", "и в не на что с по это как из а он к но для за от у было его так же о то все мы"},
    {"uk", "і в на що з не до та у за як від це про його для але й є був після року під або її"},
    {"bg", "и на да в се за от е не с че са по като това до ще но как бе който при след му"},
    {"sr", "и у је на да се за су од са а о што као не то који али би из ће бити није те по"},
    {"ar", "في من على أن إلى التي عن مع هذا الذي هذه ما كان بعد لا أو بين قال كما وقد"},
    {"fa", "و در به از که این را با است برای آن یک خود تا بر هم می شده شد کرد"},
    {"ur", "کے میں کی ہے اور سے کا کو نے اس پر ہیں کہ بھی یہ ہو کر تھا"},
});

// ---- scripts -------------------------------------------------------------------------------------------------------------

enum Script : std::size_t {
  latin,
  cyrillic,
  arabic,
  hebrew,
  greek,
  thai,
  devanagari,
  bengali,
  tamil,
  kana,
  han,
  hangul,
  georgian,
  armenian,
  scripts
};

std::optional<Script> script_of(std::uint32_t c) {
  struct Range {
    std::uint32_t first, last;
    Script script;
  };
  static constexpr auto ranges = std::to_array<Range>({{'A', 'Z', latin},
                                                       {'a', 'z', latin},
                                                       {0xC0, 0x24F, latin},
                                                       {0x370, 0x3FF, greek},
                                                       {0x400, 0x52F, cyrillic},
                                                       {0x530, 0x58F, armenian},
                                                       {0x590, 0x5FF, hebrew},
                                                       {0x600, 0x6FF, arabic},
                                                       {0x900, 0x97F, devanagari},
                                                       {0x980, 0x9FF, bengali},
                                                       {0xB80, 0xBFF, tamil},
                                                       {0xE00, 0xE7F, thai},
                                                       {0x10A0, 0x10FF, georgian},
                                                       {0x1E00, 0x1EFF, latin},
                                                       {0x3040, 0x30FF, kana},
                                                       {0x4E00, 0x9FFF, han},
                                                       {0xAC00, 0xD7AF, hangul}});
  for (const Range& range : ranges)
    if (c >= range.first && c <= range.last) return range.script;
  return std::nullopt;
}

// The character that begins at text[at], which moves behind it; bytes that are no UTF-8 are 0.
std::uint32_t next_character(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : -1;
  if (more < 0) return 0;
  std::uint32_t out = first & (0x3Fu >> more);
  for (int i = 0; i < more; ++i) {
    if (at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) return 0;
    out = out << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
  }
  return out;
}

std::array<std::size_t, scripts> letters_by_script(std::string_view text) {
  std::array<std::size_t, scripts> out{};
  for (std::size_t at = 0; at < text.size();)
    if (const auto script = script_of(next_character(text, at))) ++out[*script];
  return out;
}

// Of a script that one language mostly has to itself; some Japanese is half Han, but Chinese has no kana.
std::string_view language_of_script(const std::array<std::size_t, scripts>& letters) {
  const auto most = static_cast<Script>(std::max_element(letters.begin(), letters.end()) - letters.begin());
  if (most == han && letters[kana] * 10 >= letters[han]) return "ja";
  switch (most) {
    case hebrew: return "he";
    case greek: return "el";
    case thai: return "th";
    case devanagari: return "hi";
    case bengali: return "bn";
    case tamil: return "ta";
    case kana: return "ja";
    case han: return "zh";
    case hangul: return "ko";
    case georgian: return "ka";
    case armenian: return "hy";
    default: return {};
  }
}

// ---- words ---------------------------------------------------------------------------------------------------------------

using Index = std::unordered_map<std::string_view, std::vector<std::size_t>>;  // word to languages

const Index& word_index() {
  static const Index index = [] {
    Index out;
    for (std::size_t language = 0; language < common_words.size(); ++language) {
      std::string_view rest = common_words[language].words;
      while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        out[rest.substr(0, end)].push_back(language);
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
    }
    return out;
  }();
  return index;
}

struct Counts {
  std::array<double, common_words.size()> known{}, telling{};  // telling: a word counts less when many languages have it
  std::size_t words = 0;
};

Counts count_words(std::string_view text) {
  const std::string low = lower_ascii(text);
  constexpr std::string_view marks = " \n\t.,;:!?()[]\"'/";
  Counts out;
  for (std::size_t at = 0; at < low.size();) {
    const std::size_t begin = std::min(low.find_first_not_of(marks, at), low.size());
    const std::size_t end = std::min(low.find_first_of(marks, begin), low.size());
    if (begin < end) {
      ++out.words;
      if (const auto found = word_index().find(std::string_view(low).substr(begin, end - begin)); found != word_index().end())
        for (const std::size_t language : found->second) {
          out.known[language] += 1;
          out.telling[language] += 1 / static_cast<double>(found->second.size());
        }
    }
    at = end;
  }
  return out;
}

std::optional<Found<std::string>> by_words(std::string_view text) {
  const Counts counts = count_words(text);
  if (counts.words < least_words) return {};
  std::size_t best = 0;
  for (std::size_t i = 1; i < counts.telling.size(); ++i)
    if (counts.telling[i] > counts.telling[best]) best = i;
  double second = 0;
  for (std::size_t i = 0; i < counts.known.size(); ++i)
    if (i != best) second = std::max(second, counts.telling[i]);
  const double share = counts.known[best] / static_cast<double>(counts.words);
  if (share < least_share || counts.telling[best] < clear_lead * second) return {};
  const double lead = counts.telling[best] / std::max(second, 1.0);
  return Found<std::string>{std::string(common_words[best].language), "words of the text", std::min(0.97, 0.5 + 0.1 * lead + share / 2)};
}

std::string primary(std::string_view tag) { return lower_ascii(tag.substr(0, tag.find('-'))); }

// "no", "nb" and "nn" are near enough; so are others that their words hardly tell apart.
bool same_language(std::string_view a, std::string_view b) {
  static constexpr auto groups = std::to_array<std::string_view>(
      {"no nb nn da", "id ms in jv su", "hr sr bs sh sl mk", "he iw", "cs sk", "ca es gl pt", "zh yue wuu", "tl fil", "hi mr ne"});
  if (a == b) return true;
  const auto has = [](std::string_view group, std::string_view word) {
    return (" " + std::string(group) + " ").find(" " + std::string(word) + " ") != std::string::npos;
  };
  return std::any_of(groups.begin(), groups.end(), [&](std::string_view group) { return has(group, a) && has(group, b); });
}

// "en_GB" is en-GB; of "en, de" the first; nothing for what is no tag.
std::optional<std::string> sound_tag(std::string text) {
  text = text.substr(0, text.find_first_of(",; "));
  std::replace(text.begin(), text.end(), '_', '-');
  const auto is_tag = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; };
  const std::size_t main = std::min(text.find('-'), text.size());
  const bool sound = main >= 2 && main <= 3 && text.size() <= 35 && std::all_of(text.begin(), text.end(), is_tag);
  return sound ? std::optional(std::move(text)) : std::nullopt;
}

std::optional<Found<std::string>> declared_language(const HtmlPage& page, const PageMeta& meta, const std::optional<std::string>& json) {
  for (std::size_t i = 0; i < page.size(); ++i)
    if (page[i].tag == Tag::html)
      for (const auto name : std::initializer_list<AttributeName>{"lang", "xml:lang"})
        if (auto tag = sound_tag(squeezed(page[i].attribute(name)))) return Found<std::string>{std::move(*tag), "html lang", 0.9};
  for (const std::string_view name : {"og:locale", "content-language", "dc.language", "language", "inlanguage"})
    if (const auto value = meta.value({name}))
      if (auto tag = sound_tag(*value)) return Found<std::string>{std::move(*tag), "meta " + std::string(name), 0.8};
  if (json)
    if (auto tag = sound_tag(*json)) return Found<std::string>{std::move(*tag), "JSON-LD inLanguage", 0.8};
  return {};
}

}  // namespace

std::optional<Found<std::string>> detect_language(std::string_view text) {
  text = text.substr(0, max_text);
  const auto letters = letters_by_script(text);
  const std::size_t all = std::accumulate(letters.begin(), letters.end(), std::size_t{0});
  if (all + letters[kana] + letters[han] + letters[hangul] < least_letters) return {};
  if (const std::string_view language = language_of_script(letters); !language.empty())
    return Found<std::string>{std::string(language), "script of the text", 0.95};
  return by_words(text);
}

std::optional<Found<std::string>> find_language(const HtmlPage& page, const PageMeta& meta, const std::optional<std::string>& json,
                                                std::string_view text) {
  constexpr double sure = 0.85;
  auto declared = declared_language(page, meta, json);
  auto detected = detect_language(text);
  if (!declared || !detected) return declared ? declared : detected;
  if (same_language(primary(declared->value), detected->value)) {
    declared->confidence = 0.97;
    return declared;
  }
  return detected->confidence >= sure ? detected : declared;
}

}  // namespace headrace
