#include "nodes/poll/feed/date_names.hpp"

#include "nodes/poll/feed/xml_reader.hpp"

namespace headrace::feed {

namespace {

using namespace std::chrono;

struct Named {
  std::string_view name;
  int value;
};

// Months by what their names begin with; of two of which one begins the other, the longer one stands first. English, German,
// French, Spanish, Portuguese, Italian, Dutch, the Nordic languages, Romanian, Polish, Czech, Hungarian, Turkish, Indonesian,
// Greek, Russian, Ukrainian.
constexpr Named months[] = {
    {"juin", 6},    {"juil", 7},   {"jan", 1},  {"ene", 1},   {"gen", 1},    {"ian", 1},   {"feb", 2},      {"fev", 2},      {"fév", 2},
    {"marras", 11}, {"maalis", 3}, {"mar", 3},  {"mär", 3},   {"már", 3},    {"mrt", 3},   {"maa", 3},      {"mai", 5},      {"mag", 5},
    {"may", 5},     {"mei", 5},    {"maj", 5},  {"máj", 5},   {"maí", 5},    {"apr", 4},   {"avr", 4},      {"abr", 4},      {"ápr", 4},
    {"jun", 6},     {"jún", 6},    {"giu", 6},  {"iun", 6},   {"jul", 7},    {"júl", 7},   {"lug", 7},      {"iul", 7},      {"aug", 8},
    {"aoû", 8},     {"aou", 8},    {"ago", 8},  {"agu", 8},   {"sep", 9},    {"szept", 9}, {"set", 9},      {"okt", 10},     {"oct", 10},
    {"out", 10},    {"ott", 10},   {"nov", 11}, {"noi", 11},  {"dec", 12},   {"dez", 12},  {"des", 12},     {"déc", 12},     {"dic", 12},
    {"sty", 1},     {"lut", 2},    {"kwi", 4},  {"cze", 6},   {"lip", 7},    {"sie", 8},   {"wrz", 9},      {"paź", 10},     {"lis", 11},
    {"gru", 12},    {"led", 1},    {"úno", 2},  {"bře", 3},   {"dub", 4},    {"kvě", 5},   {"červenec", 7}, {"července", 7}, {"červ", 6},
    {"srp", 8},     {"zář", 9},    {"říj", 10}, {"pros", 12}, {"tammi", 1},  {"helmi", 2}, {"huhti", 4},    {"touko", 5},    {"kesä", 6},
    {"heinä", 7},   {"elok", 8},   {"syys", 9}, {"loka", 10}, {"joulu", 12}, {"oca", 1},   {"şub", 2},      {"nis", 4},      {"haz", 6},
    {"tem", 7},     {"ağu", 8},    {"eyl", 9},  {"eki", 10},  {"kas", 11},   {"ara", 12},  {"Ιαν", 1},      {"Φεβ", 2},      {"Μάρ", 3},
    {"Μαρ", 3},     {"Μάώ", 3},    {"Απρ", 4},  {"Μάι", 5},   {"Μάϊ", 5},    {"Μαϊ", 5},   {"Μαι", 5},      {"Μαΐ", 5},      {"Ιούν", 6},
    {"Ιουν", 6},    {"Ιον", 6},    {"Ιούλ", 7}, {"Ιουλ", 7},  {"Ιολ", 7},    {"Αύγ", 8},   {"Αυγ", 8},      {"Σεπ", 9},      {"Οκτ", 10},
    {"Νοέ", 11},    {"Νοε", 11},   {"Δεκ", 12}, {"янв", 1},   {"Янв", 1},    {"фев", 2},   {"Фев", 2},      {"мар", 3},      {"Мар", 3},
    {"апр", 4},     {"Апр", 4},    {"май", 5},  {"Май", 5},   {"мая", 5},    {"Мая", 5},   {"июн", 6},      {"Июн", 6},      {"июл", 7},
    {"Июл", 7},     {"авг", 8},    {"Авг", 8},  {"сен", 9},   {"Сен", 9},    {"окт", 10},  {"Окт", 10},     {"ноя", 11},     {"Ноя", 11},
    {"дек", 12},    {"Дек", 12},   {"січ", 1},  {"лют", 2},   {"бер", 3},    {"кві", 4},   {"тра", 5},      {"чер", 6},      {"лип", 7},
    {"сер", 8},     {"вер", 9},    {"жов", 10}, {"лис", 11},  {"гру", 12}};

constexpr Named half_days[] = {{"am", -1},   {"a", -1},   {"pm", 1},    {"p", 1},    {"오전", -1}, {"오후", 1},
                               {"上午", -1}, {"下午", 1}, {"午前", -1}, {"午後", 1}, {"πμ", -1},   {"μμ", 1}};

constexpr std::string_view fillers[] = {"st", "nd", "rd", "th", "uhr", "h", "hs", "hrs", "hours", "ч", "г", "время"};

// Offsets in minutes. The zones that have one meaning in news: RFC 822's, and those of Europe, Asia and Australia.
constexpr Named zones[] = {{"z", 0},      {"ut", 0},     {"utc", 0},    {"gmt", 0},    {"wet", 0},    {"est", -300},  {"edt", -240},
                           {"et", -300},  {"cst", -360}, {"cdt", -300}, {"ct", -360},  {"mst", -420}, {"mdt", -360},  {"mt", -420},
                           {"pst", -480}, {"pdt", -420}, {"pt", -480},  {"ast", -240}, {"adt", -180}, {"akst", -540}, {"akdt", -480},
                           {"hst", -600}, {"bst", 60},   {"west", 60},  {"cet", 60},   {"cest", 120}, {"met", 60},    {"mest", 120},
                           {"mez", 60},   {"mesz", 120}, {"eet", 120},  {"eest", 180}, {"msk", 180},  {"msd", 240},   {"ist", 330},
                           {"jst", 540},  {"kst", 540},  {"hkt", 480},  {"sgt", 480},  {"awst", 480}, {"acst", 570},  {"aest", 600},
                           {"aedt", 660}, {"nzst", 720}, {"nzdt", 780}, {"brt", -180}, {"art", -180}};

// Zones that are named after a place have summer time: its rule, and the offset in winter.
enum class Summer { none, europe, america };
struct Place {
  std::string_view name;
  int offset;
  Summer summer;
};
constexpr Place places[] = {{"america/los_angeles", -480, Summer::america},
                            {"america/denver", -420, Summer::america},
                            {"america/chicago", -360, Summer::america},
                            {"america/new_york", -300, Summer::america},
                            {"america/toronto", -300, Summer::america},
                            {"america/sao_paulo", -180, Summer::none},
                            {"europe/london", 0, Summer::europe},
                            {"europe/dublin", 0, Summer::europe},
                            {"europe/lisbon", 0, Summer::europe},
                            {"europe/berlin", 60, Summer::europe},
                            {"europe/paris", 60, Summer::europe},
                            {"europe/madrid", 60, Summer::europe},
                            {"europe/rome", 60, Summer::europe},
                            {"europe/brussels", 60, Summer::europe},
                            {"europe/amsterdam", 60, Summer::europe},
                            {"europe/vienna", 60, Summer::europe},
                            {"europe/zurich", 60, Summer::europe},
                            {"europe/warsaw", 60, Summer::europe},
                            {"europe/athens", 120, Summer::europe},
                            {"europe/kiev", 120, Summer::europe},
                            {"europe/kyiv", 120, Summer::europe},
                            {"europe/moscow", 180, Summer::none},
                            {"asia/kolkata", 330, Summer::none},
                            {"asia/shanghai", 480, Summer::none},
                            {"asia/hong_kong", 480, Summer::none},
                            {"asia/singapore", 480, Summer::none},
                            {"asia/tokyo", 540, Summer::none},
                            {"asia/seoul", 540, Summer::none},
                            {"etc/utc", 0, Summer::none}};

sys_days nth_sunday(int y, unsigned m, unsigned n) { return sys_days(year(y) / month(m) / Sunday[n]); }

bool in_summer(Summer rule, sys_time<microseconds> local) {
  const int y = static_cast<int>(year_month_day(floor<days>(local)).year());
  if (rule == Summer::america) return local >= nth_sunday(y, 3, 2) + hours(2) && local < nth_sunday(y, 11, 1) + hours(2);
  if (rule == Summer::europe)
    return local >= sys_days(year(y) / March / Sunday[last]) + hours(2) && local < sys_days(year(y) / October / Sunday[last]) + hours(3);
  return false;
}

}  // namespace

int month_named(std::string_view word) {
  for (const Named& each : months)
    if (same_name(word.substr(0, each.name.size()), each.name)) return each.value;
  return 0;
}

int half_day_of(std::string_view word) {
  for (const Named& each : half_days)
    if (same_name(word, each.name)) return each.value;
  return 0;
}

bool is_filler(std::string_view word) {
  for (const std::string_view each : fillers)
    if (same_name(word, each)) return true;
  return false;
}

std::optional<int> home_offset(std::string_view word) {
  const bool hangul = word.size() >= 3 && word[0] >= '\xEA' && word[0] <= '\xED';
  if (hangul || word == "午前" || word == "午後") return 540;
  return std::nullopt;
}

std::optional<int> zone_offset(std::string_view name) {
  for (const Named& each : zones)
    if (same_name(name, each.name)) return each.value;
  return std::nullopt;
}

std::optional<int> place_offset(std::string_view name, sys_time<microseconds> local) {
  for (const Place& each : places)
    if (same_name(name, each.name)) return each.offset + (in_summer(each.summer, local) ? 60 : 0);
  return std::nullopt;
}

}  // namespace headrace::feed
