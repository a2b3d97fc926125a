#include "nodes/extract/page_language.hpp"

#include <doctest/doctest.h>

using namespace headrace;

namespace {

std::string detected(std::string_view text) {
  const auto found = detect_language(text);
  return found ? found->value : "none";
}

constexpr std::string_view german =
    "Der Rat hat am Dienstag beschlossen, die alte Mauer am Hafen wieder aufzubauen, die in den letzten drei Wintern von Stürmen "
    "beschädigt "
    "worden ist. Die Arbeiten sollen im Juni beginnen und werden zwei Jahre dauern.";

}  // namespace

TEST_CASE("detect_language: by common words and by script") {
  struct Row {
    const char* language;
    std::string text;
  };
  const Row rows[] = {
      {"en",
       "The council voted on Tuesday to rebuild the old sea wall, which had been damaged by three winters of storms and is not safe to "
       "walk on at this time of the year, as it was in the past."},
      {"de", std::string(german)},
      {"fr",
       "Le conseil a voté mardi pour la reconstruction du vieux mur qui longe la mer, et les travaux, qui doivent commencer en juin, "
       "vont durer deux ans dans le meilleur des cas."},
      {"es",
       "El consejo votó el martes a favor de reconstruir el viejo muro del puerto, que las tormentas de los últimos tres inviernos han "
       "dañado, y los trabajos comienzan en junio."},
      {"it",
       "Il consiglio ha votato martedì per la ricostruzione del vecchio muro del porto, che è stato danneggiato dalle tempeste, e i "
       "lavori sono previsti per giugno con una durata di due anni."},
      {"pt",
       "O conselho votou na terça-feira a favor de reconstruir o velho muro do porto, que não foi reparado depois das tempestades, e os "
       "trabalhos começam em junho com uma equipa."},
      {"nl",
       "De raad heeft dinsdag besloten om de oude muur van de haven te herbouwen, die door de stormen van de laatste drie winters is "
       "beschadigd, en het werk wordt in juni gestart."},
      {"pl",
       "Rada zdecydowała we wtorek, że stary mur w porcie zostanie odbudowany, bo jest to konieczne dla miasta, a prace nie są jeszcze "
       "gotowe i na razie nie wiadomo, jak długo to potrwa."},
      {"ru",
       "Совет решил во вторник, что старая стена в порту будет восстановлена, и это не все, что для города было нужно, но работы начнутся "
       "по плану в июне, как он и сказал."},
      {"uk",
       "Рада вирішила у вівторок, що стара стіна в порту буде відновлена, і це не все, що для міста було потрібно, але роботи після цього "
       "почнуться у червні, як він і сказав про це."},
      {"ja",
       "市議会は火曜日に、三度の冬の嵐で壊れた古い防波堤を再建することを決めました。工事は六月に始まり、二年かかる見込みです。市民はこの決"
       "定を歓迎しています。"},
      {"zh",
       "市议会星期二决定重建被三个冬天的风暴损坏的旧海堤。工程将于六月开始，预计需要两年时间，费用约为九百万。下城的居民从洪水以来一直要求"
       "这样做，他们对这个决定表示欢迎和感谢。"},
      {"ko",
       "시의회는 화요일에 세 번의 겨울 폭풍으로 손상된 오래된 방파제를 재건하기로 결정했다. 공사는 유월에 시작하여 이년이 걸릴 것으로 "
       "예상되며 주민들은 이 결정을 환영하고 있다."},
      {"el", "Το συμβούλιο αποφάσισε την Τρίτη να ξαναχτίσει το παλιό τείχος της θάλασσας που είχε καταστραφεί από τις καταιγίδες."},
      {"none", "Tide"},
      {"none", ""},
      {"none",
       "Ada Quay Ben Mole Cy Pole Hull Whitby Scarborough Filey Bridlington Hornsea Withernsea Spurn Goole Selby York Leeds Ripon "
       "Thirsk Malton Pickering Helmsley Northallerton"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(detected(row.text) == row.language);
  }
}

TEST_CASE("find_language: what is declared counts, unless the text is surely in another language") {
  const auto language = [](std::string_view html, std::string_view text) {
    const HtmlPage page(html, std::nullopt);
    const auto found = find_language(page, PageMeta(page), std::nullopt, text);
    return found ? found->value : "none";
  };
  CHECK(language("<html lang=de-AT>", german) == "de-AT");
  CHECK(language("<html lang=en>", german) == "de");
  CHECK(language("<html lang=en>", "Tide") == "en");
  CHECK(language("<html><meta property=og:locale content=pt_BR>", "") == "pt-BR");
  CHECK(language("<html lang='en, de'>", "") == "en");
  CHECK(language("<html lang='{{lang}}'>", "") == "none");
  CHECK(language("<html>", german) == "de");
}
