// How often the addresses of one article are taken for one, and those of two for two: a few hundred articles as sites really address
// them, each with the variants under which people pass it on. Pairs are counted as in clustering: precision is the part of the pairs
// with one identity that are one article, recall the part of the pairs of one article that have one identity.
#include <doctest/doctest.h>

#include <cctype>
#include <map>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

struct Address {
  std::string host, path, query;  // path with its slash; query without its mark
  std::string text(const std::string& scheme = "https") const { return scheme + "://" + host + path + (query.empty() ? "" : "?" + query); }
  std::string with(const std::string& parameter) const {
    return "https://" + host + path + "?" + (query.empty() ? "" : query + "&") + parameter;
  }
};

// One way of addressing articles: '#' stands for what tells one from the next.
struct Site {
  const char *host, *path, *query;
  std::vector<const char*> articles;
};

const std::vector<Site> sites = {
    // clang-format off
    {"daily.example", "/2026/11/22/#", "", {"river-floods", "river-floods-2", "river-flood", "harbour-opens", "harbour-opens-again", "the-index", "amplifier", "www", "m"}},
    {"herald.example", "/#/", "", {"council-votes", "council-votes-no", "storm", "storm-2", "storm-3", "storms", "amp-up-your-day", "default-settings"}},
    {"courier.example.co.uk", "/news/article-#/Bridge-closed.html", "", {"1201334", "1201335", "1201336", "120133", "12013340", "1301334"}},
    {"post.example.com.au", "/story/#.html", "", {"a1", "a2", "A1", "a1b", "a-1", "a_1"}},
    {"blog.example.org", "/", "p=#", {"7", "8", "70", "77", "700"}},
    {"oldsite.example.net", "/article.php", "id=#", {"100", "101", "1001", "0100", "10"}},
    {"oldsite.example.net", "/article.php", "id=100&page=#", {"2", "3", "4", "all"}},
    {"portal.example.de", "/index.php", "option=com_content&view=article&id=#", {"12", "13", "12:wahl", "13:wahl", "121"}},
    {"forum.example.org", "/viewtopic.php", "f=2&t=#", {"100", "101", "102", "1000", "99"}},
    {"shop.example.com", "/dp/#", "", {"B00X1", "B00X2", "B00x1", "B00X10", "C00X1"}},
    {"video.example.tv", "/watch", "v=#", {"AbCdEf", "aBcDeF", "abcdef", "AbCdEg", "AbCd-f", "AbCd_f"}},
    {"magazine.example.fr", "/#/politique", "", {"2026/11", "2026/10", "2025/11", "en/2026/11", "fr/2026/11"}},
    {"reader.example.jp", "/\xE8\xA8\x98\xE4\xBA\x8B/#", "", {"\xE4\xB8\x80", "\xE4\xBA\x8C", "\xE4\xB8\x89", "1", "2"}},
    {"zeitung.example.de", "/artikel/\xC3\xBC\x62\x65r-#", "", {"uns", "Uns", "uns-2", "morgen", "gestern"}},
    {"press.example.gov", "/releases", "year=2026&no=#", {"1", "2", "11", "12", "21"}},
    {"wire.example.info", "/a/#/b", "", {"x", "y", "xx", "x.y", "x-y", "x~y", "x,y", "x;y"}},
    {"science.example.edu", "/doi/10.1000/#", "", {"182", "183", "1820", "182(26)1", "182(26)2"}},
    {"local.example.us", "/#/town-hall", "", {"springfield", "shelbyville", "north/springfield", "springfield/north", "m/springfield"}},
    {"longread.example.io", "/@writer/a-title-#", "", {"3f2a9c", "3f2a9d", "4f2a9c", "3f2a9", "3f2a9c1"}},
    {"tv.example.br", "/noticia/#.ghtml", "", {"chuva", "chuvas", "chuva-2", "sol", "chuva.1"}},
    {"radio.example.ch", "/de/news/#", "", {"1", "2", "3", "10", "21"}},
    {"radio.example.ch", "/fr/news/#", "", {"1", "2", "3", "10", "21"}},
    {"en.encyclopedia.example", "/wiki/#", "", {"River", "river", "River_(film)", "Talk:River", "River/Source"}},
    {"de.encyclopedia.example", "/wiki/#", "", {"River", "Fluss", "Fluss_(Film)", "Fluss/Quelle", "Quelle"}},
    {"gazette.example.in", "/state/#/articleshow/9.cms", "", {"rain", "rains", "Rain", "rain-2", "sun"}},
    {"tabloid.example.se", "/a/#", "", {"jdW2Xq", "jdW2XQ", "JDW2Xq", "jdW2X", "jdW2Xqq"}},
    {"ticker.example.com", "/live/#", "", {"2026-11-22", "2026-11-21", "2026-11-2", "2026-1-22", "2025-11-22"}},
    {"search.example.com", "/archive", "q=storm&from=#", {"1", "2", "3", "11", "21"}},
    {"api.example.dev", "/docs/#", "", {"v1/start", "v2/start", "v1", "v2", "start"}},
    {"docs.example.dev", "/#/guide.html", "", {"stable", "latest", "1.0", "1.1", "2.0"}},
    {"static.example.ru", "/news/#.shtml", "", {"20261122", "20261121", "2026112", "20261122a", "20261122b"}},
    {"comics.example.com", "/#", "", {"1", "2", "12", "21", "121", "404"}},
    {"photo.example.it", "/album/#/foto/3", "", {"4", "5", "44", "45", "54"}},
    {"photo.example.it", "/album/4/foto/#", "", {"1", "2", "4", "33", "34"}},
    {"cms.example.pl", "/", "page_id=#&lang=pl", {"5", "6", "55", "56", "65"}},
    {"cms.example.pl", "/", "page_id=5&lang=#", {"en", "de", "cs", "uk", "ru"}},
    {"letters.example.substack", "/p/#", "", {"monday", "tuesday", "monday-2", "mondays", "on-monday"}},
    {"news.example.museum", "/node/#", "", {"1", "2", "11", "12", "112"}},
    {"sub.daily.example", "/2026/11/22/#", "", {"river-floods", "harbour-opens", "storm", "rain", "sun"}},
    {"sport.example.es", "/futbol/#-0.html", "", {"gol", "goles", "gol-1", "Gol", "partido"}},
    {"city.example.nl", "/nieuws/#?", "", {"brug", "bruggen", "brug-2", "weg", "wegen"}},
    {"weekly.example.cz", "/c1-#-clanek", "", {"66", "67", "660", "661", "6"}},
    {"ident.example.com", "/story", "story_id=#&edition=int", {"9", "10", "90", "91", "99"}},
    {"press.example.kr", "/site/data/html_dir/2026/11/22/#.html", "", {"2026112200001", "2026112200002", "2026112200010", "2026112100001", "202611220000"}},
    {"paper.example.tr", "/gundem/#-41000001", "", {"yagmur", "yagmurlar", "gunes", "kar", "kar-2"}},
    {"review.example.ca", "/reviews/albums/#", "", {"23-blue", "24-blue", "23-green", "23-blues", "3-blue"}},
    {"agency.example.ir", "/news/#/title", "", {"500", "501", "5000", "5001", "50"}},
    {"chan.example.vn", "/tin-#.html", "", {"mua", "nang", "mua-2", "gio", "bao"}},
    {"book.example.org", "/chapter/#", "", {"1", "2", "3", "10", "11", "12"}},
    {"mail.example.org", "/list/2026-November/#.html", "", {"000001", "000002", "000010", "000011", "000100"}},
    {"code.example.org", "/project/issues/#", "", {"1", "2", "10", "11", "12", "100"}},
    {"events.example.org", "/e/#/register", "", {"spring", "autumn", "winter", "spring-2", "spring-26"}},
    {"jobs.example.org", "/offer", "ref_id=#&type=job", {"1", "2", "3", "12", "21"}},
    {"maps.example.org", "/place", "lat=1.5&lon=#", {"2.5", "2.50", "-2.5", "25", "2"}},
    {"poems.example.org", "/#/", "", {"a", "b", "ab", "ba", "a/b", "b/a"}},
    {"data.example.org", "/set;v=#", "", {"1", "2", "3", "11", "12"}},
    {"stream.example.org", "/show/s01e#", "", {"01", "02", "10", "11", "1"}},
    {"notes.example.org", "/%23#", "", {"a", "b", "c", "d", "e"}},
    // clang-format on
};

std::string replaced(std::string text, std::string_view part, const std::string& by) {
  if (const std::size_t at = text.find(part); at != text.npos) text.replace(at, part.size(), by);
  return text;
}

std::string escaped(const std::string& text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || std::string_view("-._~").find(c) != std::string_view::npos) out += c;
    else out += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return text;
}

bool has_extension(const std::string& path) { return path.find('.', path.rfind('/')) != path.npos; }

// The first two small letters of the path in hexadecimal, which nobody but a careless program writes.
std::string overescaped(const std::string& path) {
  std::string out;
  int left = 2;
  for (const char c : path)
    if (left > 0 && c >= 'a' && c <= 'z') out += {'%', "0123456789"[c >> 4], "0123456789abcdef"[c & 15]}, --left;
    else out += c;
  return out;
}

// What the policy leaves alone, for it means another page elsewhere: each counts against recall.
std::vector<std::string> unknown_ways(const Address& address, std::size_t group) {
  const std::vector<std::string> ways = {address.with("ref=homepage"), address.with("print=1"), address.with("m=1")};
  return group % 4 < ways.size() ? std::vector{ways[group % 4]} : std::vector<std::string>();
}

std::vector<std::string> variants_of(const Address& address) {
  const auto on = [&](const std::string& host) { return Address{host, address.path, address.query}; };
  const std::string plain = address.text(), target = escaped(plain);
  std::vector<std::string> out = {
      plain,
      address.text("http"),
      on("www." + address.host).text(),
      on("m." + address.host).text(),
      on("mobile." + address.host).text("http"),
      on("amp." + address.host).text(),
      on(upper(address.host)).text("HTTPS"),
      on(address.host + ":443").text(),
      on(address.host + ".").text(),
      on("reader:secret@" + address.host).text(),
      " \t" + plain + "\n",
      plain + "#comments",
      plain + "#:~:text=the%20river",
      address.with("utm_source=newsletter&utm_medium=email&utm_campaign=nov"),
      address.with("fbclid=IwAR0abc"),
      address.with("gclid=abc&gclsrc=aw.ds"),
      address.with("mc_cid=1&mc_eid=2"),
      "https://" + address.host + address.path + "?utm_source=feed" + (address.query.empty() ? "" : "&" + address.query),
      address.with("outputType=amp"),
      address.with("amp=1"),
      "https://" + address.host + "/x/.." + address.path + (address.query.empty() ? "" : "?" + address.query),
      "https://" + address.host + overescaped(address.path) + (address.query.empty() ? "" : "?" + address.query),
      "https://www.google.com/url?sa=t&source=web&url=" + target + "&usg=AOv",
      "https://l.facebook.com/l.php?u=" + target + "&h=AT0",
      "https://out.reddit.com/t3_abc?url=" + target + "&token=x",
      "https://nam02.safelinks.protection.outlook.com/?url=" + target + "&data=05&reserved=0",
      "https://www.linkedin.com/redir/redirect?url=" + target,
      address.with("_ga=2.1.3.4"),
  };
  if (!has_extension(address.path) && address.query.empty()) {
    const bool slash = address.path.ends_with('/');
    const std::string bare = slash ? address.path.substr(0, address.path.size() - 1) : address.path;
    for (const std::string& end : {bare, bare + "/", bare + "/amp", bare + "/amp/", bare + "/index.html", bare + "/index.php"})
      out.push_back("https://" + address.host + end);
    out.push_back("https://" + address.host + "/amp" + address.path);
  }
  if (address.path.ends_with(".html")) {
    const std::string stem = address.path.substr(0, address.path.size() - 5);
    out.push_back("https://" + address.host + stem + ".amp.html" + (address.query.empty() ? "" : "?" + address.query));
  }
  if (const std::size_t cut = address.query.find('&'); cut != address.query.npos)
    out.push_back("https://" + address.host + address.path + "?" + address.query.substr(cut + 1) + "&" + address.query.substr(0, cut));
  return out;
}

std::vector<Address> articles() {
  std::vector<Address> out;
  for (const Site& site : sites)
    for (const char* article : site.articles) {
      const Address address{site.host, replaced(site.path, "#", article), replaced(site.query, "#", article)};
      out.push_back(address);
      if (address.path.ends_with('?')) out.back().path.pop_back();
    }
  return out;
}

std::uint64_t pairs(std::uint64_t count) { return count * (count - 1) / 2; }

}  // namespace

TEST_CASE("the variants of an article are one document, and those of others are others: at least 300 groups") {
  TestNode node("canonical_url");
  std::map<std::string, std::map<std::size_t, std::uint64_t>> groups_of;  // identity -> group -> variants
  std::uint64_t same_article = 0;
  const auto all = articles();
  for (std::size_t group = 0; group < all.size(); ++group) {
    auto variants = variants_of(all[group]);
    for (std::string& unknown : unknown_ways(all[group], group)) variants.push_back(std::move(unknown));
    same_article += pairs(variants.size());
    for (const std::string& variant : variants) ++groups_of[node.given<"link">(variant).call<CanonicalUrl>().value().identity][group];
  }
  std::uint64_t same_identity = 0, both = 0;
  for (const auto& [identity, counts] : groups_of) {
    std::uint64_t count = 0;
    for (const auto& [group, variants] : counts) count += variants, both += pairs(variants);
    same_identity += pairs(count);
    if (counts.size() > 1) {
      std::string articles_of_it;
      for (const auto& [group, variants] : counts) articles_of_it += " " + all[group].text();
      MESSAGE(identity << " stands for" << articles_of_it);
    }
  }
  const double precision = static_cast<double>(both) / static_cast<double>(same_identity);
  const double recall = static_cast<double>(both) / static_cast<double>(same_article);
  MESSAGE(all.size() << " groups, precision " << precision << ", recall " << recall);
  CHECK(all.size() >= 300);
  CHECK(precision >= 0.99);
  CHECK(recall >= 0.95);
}
