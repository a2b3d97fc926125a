#include "nodes/extract/house_lines.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "nodes/extract/page_meta.hpp"

namespace headrace {

namespace {

constexpr std::size_t longest_house_line = 200, longest_call = 400, short_line = 100, longest_label = 60;  // bytes

// In lower case, as far as their letters are ASCII, and else as lines begin.

// clang-format off
// Lines that begin so. Each names another article, a call or a right, and no sentence begins with it.
constexpr auto openings = std::to_array<std::string_view>(
    {"read more",        "read also",     "also read",         "read:",          "see also",       "related:",
     "related stories",  "related articles", "more:",          "watch:",         "advertisement",  "sign up",
     "subscribe",        "follow us",     "share this",        "recommended",    "click here",     "photo:",
     "image:",           "image source",  "getty images",      "story continues below", "article continues below",
     "continue reading", "copyright",     "all rights reserved", "\xC2\xA9",     "lesen sie auch", "lesen sie mehr",
     "mehr zum thema",   "auch interessant", "lire aussi",     "À lire aussi",   "voir aussi",     "a lire aussi",
     "lea también",      "lea además",    "lee también",       "te puede interesar", "puede interesarte", "le puede interesar",
     "leia também",      "leia mais",     "veja também",       "leggi anche",    "leggi di più",   "lees ook",
     "lees meer",        "läs också",     "läs mer:",          "les også",       "læs også",       "lue myös",
     "czytaj też",       "czytaj także",  "zobacz też",        "zobacz także",   "Čtěte také",     "Čtěte více",
     "citește și",       "ayrıca bakın",  "baca juga",         "Читайте также",  "Читайте ещё",    "Читайте еще",
     "Читать также",     "Читайте також", "xem thêm"});

// Lines that say nothing else.
constexpr auto labels = std::to_array<std::string_view>(
    {"ad",       "ads",       "advert",   "advertising", "anuncio",  "anzeige",  "annons",    "annonce",  "annonse", "advertentie",
     "caption",  "close",     "comments", "facebook",    "iklan",    "loading",  "loading...", "mainos",  "menu",    "pinterest",
     "print",    "publicidad", "publicidade", "publicité", "pubblicità", "reklam", "reklama", "Реклама", "share",   "sponsored",
     "tweet",    "twitter",   "werbung",  "whatsapp",    "email",    "save",     "copy link", "listen",  "photos",  "more"});

constexpr auto elsewhere = std::to_array<std::string_view>(
    {"you may also like", "you might also like", "you might like",    "more from",        "more stories",      "related",
     "most read",         "most popular",        "most viewed",       "recommended",      "recommended for you", "trending",
     "top stories",       "latest stories",      "latest news",       "read next",        "up next",           "editor's picks",
     "editors' picks",    "don't miss",          "popular posts",     "what to read next", "more great",       "more on this",
     "further reading",   "auch interessant",    "mehr zum thema",    "meistgelesen",     "das könnte sie auch", "weitere artikel",
     "À lire aussi",      "les plus lus",        "sur le même sujet", "articles liés",    "te puede interesar", "más leídas",
     "lo más leído",      "noticias relacionadas", "te recomendamos", "leia também",      "mais lidas",        "notícias relacionadas",
     "potrebbe interessarti", "i più letti",     "leggi anche",       "lees ook",         "meest gelezen",     "läs också",
     "mest läst",         "mest lest",           "luetuimmat",        "najczęściej czytane", "zobacz też",     "czytaj też",
     "nejčtenější",       "mohlo by vás zajímat", "Читайте также",    "Самые популярные", "Похожие статьи",    "Популярные",
     "По теме",           "baca juga",           "berita terkait",    "terpopuler",       "artikel terkait",   "関連記事",
     "相关阅读",          "相关新闻",            "관련기사"});

constexpr auto calls = std::to_array<std::string_view>(
    {"newsletter", "sign up", "subscribe", "follow us", "follow him on", "follow her on", "facebook, twitter", "join the conversation",
     "all rights reserved", "click here"});
constexpr auto marks = std::to_array<std::string_view>({"on twitter", "on facebook", "on instagram", "comment", "tags:", "tags ",
                                                        "filed under", "more from", "related ", "read more", "©", "this slideshow",
                                                        "advert"});

constexpr auto reading_times = std::to_array<std::string_view>(
    {"min read", "mins read", "minute read", "minutes read", "reading time", "read time", "lesezeit", "temps de lecture",
     "tiempo de lectura", "tempo de leitura", "tempo di lettura", "leestijd", "lästid", "lesetid", "czas czytania", "время чтения"});

// clang-format on

template <std::size_t N> bool holds_any(std::string_view low, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return low.find(word) != low.npos; });
}
template <std::size_t N> bool begins_with_any(std::string_view low, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return low.starts_with(word); });
}

std::string_view without_marks(std::string_view text) {
  while (!text.empty() && std::string_view(":.!-> ").find(text.back()) != text.npos) text.remove_suffix(1);
  return text;
}

}  // namespace

bool is_house_line(std::string_view line) {
  if (line.size() > longest_house_line) return false;
  const std::string start = lower_ascii(line.substr(0, longest_label));
  if (begins_with_any(start, openings)) return true;
  return line.size() < longest_label && std::find(labels.begin(), labels.end(), without_marks(start)) != labels.end();
}

bool leads_elsewhere(std::string_view line) { return line.size() < longest_label && begins_with_any(lower_ascii(line), elsewhere); }

bool calls_reader(std::string_view line) {
  const std::string low = lower_ascii(line.substr(0, longest_call));
  return holds_any(low, calls) || (line.size() < short_line && holds_any(low, marks));
}

bool is_reading_time(std::string_view line) {
  const bool digits = line.find_first_of("0123456789") != line.npos;
  return digits && line.size() < longest_label && holds_any(lower_ascii(line), reading_times);
}

bool names_credit(std::string_view line) {
  static constexpr auto words =
      std::to_array<std::string_view>({"photo", "image", "credit", "getty", "©", "copyright", "rights reserved", "reuters", "courtesy",
                                       "via ", "tags", "filed under", "posted", "updated"});
  return holds_any(lower_ascii(line.substr(0, longest_call)), words);
}

bool ends_sentence(std::string_view line) {
  for (const std::string_view end : {".", "!", "?", "…", "”", "\"", "。", "！", "？", ":", "»", ")"})
    if (line.ends_with(end)) return true;
  return false;
}

}  // namespace headrace
