#include "nodes/extract/written_date.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "nodes/extract/page_date.hpp"

namespace headrace {

namespace {

using namespace std::chrono;

// The names of each month, in lower case and in the case that dates have; a word that begins one of them is short for it.
constexpr auto month_names = std::to_array<std::string_view>(
    {"january januar janvier enero gennaio janeiro januari jänner tammikuuta stycznia ledna января січня ocak",
     "february februar février fevrier febrero febbraio fevereiro februari helmikuuta lutego února февраля лютого şubat",
     "march märz marz mrz mars marzo março marco maart marts maaliskuuta marca března марта березня mart maret",
     "april avril abril aprile huhtikuuta kwietnia dubna апреля квітня nisan",
     "may mai mayo maggio maio mei maj toukokuuta maja května мая травня mayıs",
     "june juni juin junio giugno junho kesäkuuta czerwca června июня червня haziran",
     "july juli juillet julio luglio julho heinäkuuta lipca července июля липня temmuz",
     "august août aout agosto augustus augusti elokuuta sierpnia srpna августа серпня ağustos agustus",
     "september septembre septiembre settembre setembro syyskuuta września září сентября вересня eylül",
     "october oktober octobre octubre ottobre outubro lokakuuta października října октября жовтня ekim",
     "november novembre noviembre novembro marraskuuta listopada listopadu ноября листопада kasım nopember",
     "december dezember décembre decembre diciembre dicembre dezembro desember joulukuuta grudnia prosince декабря грудня aralık"});

struct Zone {
  std::string_view name;
  int minutes;
};
constexpr auto zones = std::to_array<Zone>(
    {{"utc", 0},    {"gmt", 0},    {"z", 0},      {"bst", 60},   {"cet", 60},   {"cest", 120}, {"eet", 120},  {"eest", 180}, {"msk", 180},
     {"ist", 330},  {"jst", 540},  {"kst", 540},  {"est", -300}, {"edt", -240}, {"et", -300},  {"cst", -360}, {"cdt", -300}, {"ct", -360},
     {"mst", -420}, {"mdt", -360}, {"pst", -480}, {"pdt", -420}, {"pt", -480},  {"aest", 600}, {"aedt", 660}});

struct Token {
  enum Kind { word, number, mark } kind;
  std::string_view text;
  std::size_t begin;
};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; }

// Words, numbers and single marks; blanks are none.
std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    if (is_digit(text[at])) {
      while (at < text.size() && is_digit(text[at])) ++at;
      out.push_back({Token::number, text.substr(begin, at - begin), begin});
    } else if (is_letter(text[at])) {
      while (at < text.size() && is_letter(text[at])) ++at;
      out.push_back({Token::word, text.substr(begin, at - begin), begin});
    } else {
      ++at;
      if (text[begin] > ' ') out.push_back({Token::mark, text.substr(begin, 1), begin});
    }
  }
  return out;
}

// In lower case, of the Latin and Cyrillic letters that month names begin with.
std::string lowered(std::string_view word) {
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto c = static_cast<unsigned char>(word[i]);
    const auto next = i + 1 < word.size() ? static_cast<unsigned char>(word[i + 1]) : 0u;
    if (c >= 'A' && c <= 'Z') out += static_cast<char>(c + 32);
    else if (c == 0xC5 && next == 0x9E) (out += '\xC5') += '\x9F', ++i;  // Ş
    else if (c == 0xD0 && next >= 0x90 && next <= 0x9F) (out += '\xD0') += static_cast<char>(next + 0x20), ++i;
    else if (c == 0xD0 && next >= 0xA0 && next <= 0xAF) (out += '\xD1') += static_cast<char>(next - 0x20), ++i;
    else out += static_cast<char>(c);
  }
  return out;
}

// Whether a word of the list begins with `start`.
bool any_begins_with(std::string_view list, std::string_view start) {
  for (std::size_t at = list.find(start); at != list.npos; at = list.find(start, at + 1))
    if (at == 0 || list[at - 1] == ' ') return true;
  return false;
}

std::optional<int> month_of(std::string_view word) {
  constexpr std::size_t longest = 24;
  if (word.size() < 3 || word.size() > longest) return std::nullopt;
  const std::string low = lowered(word);
  for (std::size_t i = 0; i < month_names.size(); ++i)
    if (any_begins_with(month_names[i], low)) return static_cast<int>(i) + 1;
  return std::nullopt;
}

class Reader {
 public:
  Reader(std::string_view text, bool month_first) : tokens_(tokens_of(text)), month_first_(month_first) {}

  std::optional<WrittenDate> first() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      std::size_t next = i;
      const auto day = day_at(next);
      if (!day) continue;
      WrittenDate out{*day, tokens_[i].begin, end_of(next - 1)};
      read_clock(out, next);
      return out;
    }
    return std::nullopt;
  }

 private:
  const Token* at(std::size_t i) const { return i < tokens_.size() ? &tokens_[i] : nullptr; }
  std::size_t end_of(std::size_t i) const { return tokens_[i].begin + tokens_[i].text.size(); }
  std::optional<int> number(std::size_t i, std::size_t least, std::size_t most) const {
    const Token* token = at(i);
    if (!token || token->kind != Token::number || token->text.size() < least || token->text.size() > most) return std::nullopt;
    int out = 0;
    for (const char c : token->text) out = out * 10 + (c - '0');
    return out;
  }
  bool is_mark(std::size_t i, std::string_view marks) const {
    return at(i) && tokens_[i].kind == Token::mark && marks.find(tokens_[i].text) != marks.npos;
  }
  bool is_word(std::size_t i, std::string_view text) const { return at(i) && tokens_[i].kind == Token::word && tokens_[i].text == text; }
  std::optional<int> month(std::size_t i) const {
    return at(i) && tokens_[i].kind == Token::word ? month_of(tokens_[i].text) : std::nullopt;
  }
  // "3rd", "3.", "3º", "3 de": what may stand between a day and its month, or a month and its year.
  std::size_t past_filler(std::size_t i) const {
    static constexpr auto fillers =
        std::to_array<std::string_view>({"st", "nd", "rd", "th", "de", "of", "del", "º", "ª", "er", "den", "do", "di"});
    while (is_mark(i, ".,'") ||
           (at(i) && tokens_[i].kind == Token::word && std::find(fillers.begin(), fillers.end(), tokens_[i].text) != fillers.end()))
      ++i;
    return i;
  }

  // Moves `i` behind the date that begins there.
  std::optional<Time> day_at(std::size_t& i) const {
    for (const auto form : {&Reader::numeric, &Reader::asian, &Reader::day_then_month, &Reader::month_then_day}) {
      std::size_t next = i;
      if (const auto day = (this->*form)(next)) {
        i = next;
        return day;
      }
    }
    return std::nullopt;
  }

  std::optional<Time> numeric(std::size_t& i) const {
    const bool separated = is_mark(i + 1, "-/.") && is_mark(i + 3, tokens_[std::min(i + 1, tokens_.size() - 1)].text);
    if (!separated) return std::nullopt;
    const std::size_t at = std::exchange(i, i + 5);
    const auto middle = number(at + 2, 1, 2);
    if (!middle) return std::nullopt;
    if (const auto year = number(at, 4, 4))
      if (const auto day = number(at + 4, 1, 2)) return page_day(*year, *middle, *day);
    const auto first = number(at, 1, 2), year = number(at + 4, 4, 4);
    if (!first || !year) return std::nullopt;
    const bool turned = *middle > 12 || (month_first_ && *first <= 12 && tokens_[at + 1].text == "/");
    return turned ? page_day(*year, *first, *middle) : page_day(*year, *middle, *first);
  }

  // Year, month, day, each with its sign behind it.
  std::optional<Time> asian(std::size_t& i) const {
    const auto year = number(i, 4, 4), month = number(i + 2, 1, 2), day = number(i + 4, 1, 2);
    const bool signs = (is_word(i + 1, "年") && is_word(i + 3, "月")) || (is_word(i + 1, "년") && is_word(i + 3, "월"));
    if (!signs || !year || !month || !day) return std::nullopt;
    i += at(i + 5) && tokens_[i + 5].kind == Token::word ? 6 : 5;
    return page_day(*year, *month, *day);
  }

  std::optional<Time> day_then_month(std::size_t& i) const {
    const auto day = number(i, 1, 2);
    if (!day) return std::nullopt;
    std::size_t next = past_filler(i + 1);
    if (is_mark(next, "-")) ++next;
    const auto name = month(next);
    if (!name) return std::nullopt;
    next = past_filler(next + 1);
    if (is_mark(next, "-")) ++next;
    const auto year = number(next, 4, 4);
    if (!year) return std::nullopt;
    i = next + 1;
    return page_day(*year, *name, *day);
  }

  std::optional<Time> month_then_day(std::size_t& i) const {
    const auto name = month(i);
    if (!name) return std::nullopt;
    std::size_t next = past_filler(i + 1);
    const auto day = number(next, 1, 2);
    if (!day) return std::nullopt;
    next = past_filler(next + 1);
    // "Nov 18, 10:45 am 2019" has no year here; "November 18 at ..." neither.
    const auto year = number(next, 4, 4);
    if (!year) return std::nullopt;
    i = next + 1;
    return page_day(*year, *name, *day);
  }

  // "14:05 BST", "at 2:05 p.m. ET", "T14:05:06+02:00": counted only with its zone.
  void read_clock(WrittenDate& date, std::size_t i) const {
    for (int skipped = 0; skipped < 3 && at(i) && tokens_[i].kind != Token::number; ++skipped) ++i;
    const auto hour = number(i, 1, 2), minute = number(i + 2, 2, 2);
    if (!hour || !minute || !is_mark(i + 1, ":") || *hour > 23 || *minute > 59) return;
    int hours = *hour, seconds = 0;
    i += 3;
    if (is_mark(i, ":") && number(i + 1, 2, 2)) seconds = std::min(*number(i + 1, 2, 2), 59), i += 2;
    if (const auto half = half_of_day(i); half && hours <= 12) hours = hours % 12 + *half;
    const auto zone = zone_at(i);
    if (!zone) return;
    date.time.at += std::chrono::hours(hours) + minutes(*minute) + std::chrono::seconds(seconds) - minutes(*zone);
    date.time.day_only = false;
    date.end = end_of(i - 1);
  }

  std::optional<int> half_of_day(std::size_t& i) const {
    if (!at(i) || tokens_[i].kind != Token::word) return std::nullopt;
    const std::string word = lowered(tokens_[i].text);
    if (word == "am" || word == "pm") {
      ++i;
      return word == "pm" ? 12 : 0;
    }
    if ((word != "a" && word != "p") || !is_mark(i + 1, ".")) return std::nullopt;
    i += 2;
    if (at(i) && lowered(tokens_[i].text) == "m") ++i;
    if (is_mark(i, ".")) ++i;
    return word == "p" ? 12 : 0;
  }

  std::optional<int> zone_at(std::size_t& i) const {
    if (is_mark(i, "(,")) ++i;
    if (!at(i)) return std::nullopt;
    if (tokens_[i].kind == Token::word) {
      const std::string word = lowered(tokens_[i].text);
      const auto* found = std::find_if(zones.begin(), zones.end(), [&](const Zone& each) { return each.name == word; });
      if (found == zones.end()) return std::nullopt;
      ++i;
      return found->minutes;
    }
    if (!is_mark(i, "+-")) return std::nullopt;
    const int sign = tokens_[i].text == "-" ? -1 : 1;
    if (const auto both = number(i + 1, 4, 4)) return i += 2, sign * (*both / 100 * 60 + *both % 100);
    const auto hours = number(i + 1, 2, 2);
    if (!hours) return std::nullopt;
    i += 2;
    const auto minutes = is_mark(i, ":") ? number(i + 1, 2, 2) : std::nullopt;
    if (minutes) i += 2;
    return sign * (*hours * 60 + minutes.value_or(0));
  }

  std::vector<Token> tokens_;
  bool month_first_;
};

}  // namespace

std::optional<WrittenDate> find_written_date(std::string_view text, bool month_first) { return Reader(text, month_first).first(); }

}  // namespace headrace
