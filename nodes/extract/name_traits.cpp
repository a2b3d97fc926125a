#include "nodes/extract/name_traits.hpp"

#include <algorithm>
#include <array>

namespace headrace {

namespace {

using namespace name_trait;

struct Word {
  std::string_view word;
  NameTraits traits;
};
// Whole words of class and id names, in alphabetical order: they are searched by halves.
// clang-format off
constexpr auto words = std::to_array<Word>({
    {"about", not_name}, {"ad", boilerplate}, {"adblock", boilerplate}, {"ads", boilerplate}, {"advert", boilerplate},
    {"advertisement", boilerplate}, {"advertising", boilerplate}, {"adverts", boilerplate}, {"articleauthor", byline},
    {"articledate", date}, {"auteur", byline}, {"author", boilerplate | byline}, {"authorbio", not_name},
    {"authorbox", boilerplate | not_name}, {"authorlink", byline}, {"authorname", byline}, {"authors", boilerplate | byline},
    {"autor", byline}, {"autore", byline}, {"avatar", not_name}, {"banner", boilerplate}, {"bio", boilerplate | not_name},
    {"biography", not_name}, {"box", not_name}, {"breadcrumb", boilerplate}, {"breadcrumbs", boilerplate},
    {"byline", boilerplate | byline}, {"bylines", byline}, {"byname", byline}, {"caption", boilerplate}, {"card", not_name},
    {"comentario", boilerplate | beside | comments}, {"comentarios", boilerplate | beside | comments},
    {"comment", boilerplate | beside | comments}, {"commentaire", boilerplate | beside | comments},
    {"commentaires", boilerplate | beside | comments}, {"commenti", boilerplate | beside | comments}, {"commenting", boilerplate},
    {"commentlist", beside | comments}, {"comments", boilerplate | beside | comments}, {"contributor", byline},
    {"contributors", byline}, {"cookie", boilerplate}, {"cookies", boilerplate}, {"copyright", boilerplate}, {"created", date},
    {"credit", boilerplate}, {"credits", boilerplate}, {"date", date}, {"dateline", boilerplate | date}, {"datemodified", updated},
    {"datepublished", date}, {"dates", date}, {"datetime", date}, {"datum", date}, {"description", not_name},
    {"disclaimer", boilerplate}, {"disqus", boilerplate | beside | comments}, {"donate", boilerplate}, {"donation", boilerplate},
    {"edited", updated}, {"email", not_name}, {"entrydate", date}, {"facebook", not_name}, {"fecha", date}, {"flyout", boilerplate},
    {"follow", not_name}, {"footer", boilerplate | beside}, {"footnotes", boilerplate}, {"gdpr", boilerplate},
    {"headshot", not_name}, {"hidden", boilerplate}, {"icon", not_name}, {"image", not_name}, {"img", not_name}, {"job", not_name},
    {"jobtitle", not_name}, {"journalist", byline}, {"kommentar", boilerplate | beside | comments},
    {"kommentare", boilerplate | beside | comments}, {"kommentarer", boilerplate | beside | comments}, {"lastmod", updated},
    {"lastmodified", updated}, {"lastupdated", updated}, {"leserkommentare", boilerplate | beside | comments},
    {"login", boilerplate}, {"mail", not_name}, {"masthead", boilerplate}, {"menu", boilerplate | beside}, {"meta", boilerplate},
    {"modal", boilerplate}, {"modified", updated}, {"more", not_name}, {"mostread", boilerplate | beside},
    {"nav", boilerplate | beside}, {"navbar", boilerplate}, {"navigation", boilerplate | beside},
    {"newsletter", boilerplate | beside}, {"occupation", not_name}, {"outbrain", boilerplate | beside}, {"overlay", boilerplate},
    {"pager", boilerplate}, {"pagination", boilerplate}, {"paywall", boilerplate}, {"photo", not_name}, {"picture", not_name},
    {"popular", boilerplate | beside}, {"popup", boilerplate}, {"position", not_name}, {"postauthor", byline}, {"postdate", date},
    {"posted", date}, {"postedon", date}, {"posts", not_name}, {"print", boilerplate}, {"promo", boilerplate | beside},
    {"promotion", boilerplate}, {"pubdate", date}, {"publication", date}, {"publish", date}, {"publishdate", date},
    {"published", date}, {"publisheddate", date}, {"rail", boilerplate}, {"reacties", boilerplate | beside | comments},
    {"recirc", boilerplate | beside}, {"recommendations", boilerplate}, {"recommended", boilerplate | beside},
    {"redacteur", byline}, {"register", boilerplate}, {"related", boilerplate | beside}, {"reporter", byline},
    {"respond", boilerplate | beside | comments}, {"revised", updated}, {"role", not_name}, {"rss", boilerplate},
    {"screenreader", boilerplate}, {"share", boilerplate}, {"sharedaddy", boilerplate}, {"sharethis", boilerplate},
    {"sharing", boilerplate}, {"shop", boilerplate}, {"sidebar", boilerplate | beside}, {"signup", boilerplate},
    {"skip", boilerplate}, {"social", boilerplate | not_name}, {"sponsor", boilerplate}, {"sponsored", boilerplate | beside},
    {"sponsors", boilerplate}, {"storybyline", byline}, {"storydate", date}, {"subscribe", boilerplate},
    {"subscription", boilerplate}, {"taboola", boilerplate | beside}, {"tags", boilerplate}, {"teaser", boilerplate | beside},
    {"teasers", boilerplate | beside}, {"thumbnail", not_name}, {"time", date}, {"timestamp", date}, {"toolbar", boilerplate},
    {"tooltip", boilerplate}, {"trending", boilerplate | beside}, {"twitter", not_name}, {"update", updated}, {"updated", updated},
    {"widget", boilerplate}, {"widgets", boilerplate}, {"writer", byline}, {"writers", byline}});
// clang-format on
constexpr bool before(const Word& a, const Word& b) { return a.word < b.word; }
static_assert(std::is_sorted(words.begin(), words.end(), before));

constexpr std::size_t longest_word = 16;  // longer ones are in no list
constexpr std::size_t max_names = 400;    // bytes of a class that are looked at

NameTraits traits_of_word(std::string_view word) {
  const auto* found = std::lower_bound(words.begin(), words.end(), Word{word, 0}, before);
  return found != words.end() && found->word == word ? found->traits : NameTraits{0};
}

}  // namespace

NameTraits traits_of_names(std::string_view names) {
  NameTraits traits = 0;
  char word[longest_word];
  std::size_t size = 0;
  char last = ' ';
  bool after_h = false;  // "h-card" marks a person and is no card
  const auto end_word = [&] {
    if (size > 1 && size <= longest_word && !(after_h && std::string_view(word, size) == "card")) traits |= traits_of_word({word, size});
    if (size > 0) after_h = size == 1 && word[0] == 'h';
    size = 0;
  };
  for (const char c : names.substr(0, max_names)) {
    const bool upper = c >= 'A' && c <= 'Z', letter = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!letter || (upper && last >= 'a' && last <= 'z')) end_word();
    if (letter && size < longest_word) word[size] = upper ? static_cast<char>(c + 32) : c;
    if (letter) ++size;
    last = c;
  }
  end_word();
  return traits;
}

std::vector<NameTraits> read_name_traits(const HtmlPage& page) {
  std::vector<NameTraits> out(page.size());
  for (std::size_t i = 0; i < page.size(); ++i) {
    const HtmlNode& node = page[i];
    if (!node.attributes) continue;
    out[i] = static_cast<NameTraits>(traits_of_names(node.attribute("class")) | traits_of_names(node.attribute("id")));
  }
  return out;
}

}  // namespace headrace
