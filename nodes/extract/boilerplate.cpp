#include "nodes/extract/boilerplate.hpp"

#include <algorithm>
#include <array>

namespace headrace {

namespace {

// Whole words of class and id names, in alphabetical order: they are searched by halves.
constexpr auto boilerplate_words = std::to_array<std::string_view>({"ad",          "adblock",       "ads",
                                                                    "advert",      "advertisement", "advertising",
                                                                    "adverts",     "author",        "authorbox",
                                                                    "authors",     "banner",        "bio",
                                                                    "breadcrumb",  "breadcrumbs",   "byline",
                                                                    "caption",     "comment",       "commenting",
                                                                    "comments",    "cookie",        "cookies",
                                                                    "copyright",   "credit",        "credits",
                                                                    "dateline",    "disclaimer",    "disqus",
                                                                    "donate",      "donation",      "flyout",
                                                                    "footer",      "footnotes",     "gdpr",
                                                                    "hidden",      "login",         "masthead",
                                                                    "menu",        "meta",          "modal",
                                                                    "mostread",    "nav",           "navbar",
                                                                    "navigation",  "newsletter",    "outbrain",
                                                                    "overlay",     "pager",         "pagination",
                                                                    "paywall",     "popular",       "popup",
                                                                    "print",       "promo",         "promotion",
                                                                    "rail",        "recirc",        "recommendations",
                                                                    "recommended", "register",      "related",
                                                                    "respond",     "rss",           "screenreader",
                                                                    "share",       "sharedaddy",    "sharethis",
                                                                    "sharing",     "shop",          "sidebar",
                                                                    "signup",      "skip",          "social",
                                                                    "sponsor",     "sponsored",     "sponsors",
                                                                    "subscribe",   "subscription",  "taboola",
                                                                    "tags",        "teaser",        "teasers",
                                                                    "toolbar",     "tooltip",       "trending",
                                                                    "widget",      "widgets"});
constexpr auto article_words = std::to_array<std::string_view>(
    {"articlebody", "articlecontent", "entrycontent", "postbody", "postcontent", "storybody", "storycontent", "storytext"});

// Calls `visit(word)` for each word of "share-bar shareBar share_bar": borders are punctuation and capitals.
template <class Visit> void for_each_name_word(std::string_view names, Visit&& visit) {
  std::string word;
  char before = ' ';
  for (const char c : names) {
    const bool upper = c >= 'A' && c <= 'Z', letter = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool border = !letter || (upper && before >= 'a' && before <= 'z');
    if (border && !word.empty()) visit(std::string_view(word)), word.clear();
    if (letter) word += upper ? static_cast<char>(c + 32) : c;
    before = c;
  }
  if (!word.empty()) visit(std::string_view(word));
}

bool any_boilerplate_word(std::string_view names) {
  static_assert(std::is_sorted(boilerplate_words.begin(), boilerplate_words.end()));
  bool found = false;
  for_each_name_word(
      names, [&](std::string_view word) { found = found || std::binary_search(boilerplate_words.begin(), boilerplate_words.end(), word); });
  return found;
}

// "article-body", "articleBody" and "article__body" are one.
bool any_article_name(std::string_view names) {
  std::string joined;
  for (const char c : names) {
    if (c >= 'A' && c <= 'Z') joined += static_cast<char>(c + 32);
    else if ((c >= 'a' && c <= 'z') || c == ' ') joined += c;
  }
  return std::any_of(article_words.begin(), article_words.end(), [&](std::string_view word) { return joined.find(word) != joined.npos; });
}

constexpr std::size_t max_names = 400;  // bytes of a class that are looked at

}  // namespace

bool never_prose(const HtmlNode& node) {
  switch (node.tag) {
    case Tag::head:
    case Tag::nav:
    case Tag::aside:
    case Tag::footer:
    case Tag::button:
    case Tag::select:
    case Tag::option:
    case Tag::label:
    case Tag::input:
    case Tag::noscript:
    case Tag::template_:
    case Tag::figcaption:
    case Tag::title:
    case Tag::video:
    case Tag::caption: return true;
    default: break;
  }
  if (!node.attributes) return false;
  if (node.has_attribute("hidden") || node.attribute("aria-hidden") == "true") return true;
  std::string style;
  for (const char c : node.attribute("style").substr(0, max_names))
    if (c != ' ') style += c;
  return style.find("display:none") != style.npos || style.find("visibility:hidden") != style.npos;
}

bool named_boilerplate(const HtmlNode& node) {
  if (!node.attributes || node.tag == Tag::body || node.tag == Tag::html || node.tag == Tag::article || node.tag == Tag::main) return false;
  const std::string_view role = node.attribute("role");
  if (role == "navigation" || role == "complementary" || role == "contentinfo" || role == "dialog" || role == "banner" || role == "search")
    return true;
  return any_boilerplate_word(node.attribute("class").substr(0, max_names)) ||
         any_boilerplate_word(node.attribute("id").substr(0, max_names));
}

bool named_article(const HtmlNode& node) {
  if (!node.attributes) return false;
  if (node.attribute("itemprop") == "articleBody") return true;
  return any_article_name(node.attribute("class").substr(0, max_names)) || any_article_name(node.attribute("id").substr(0, max_names));
}

bool is_house_line(std::string_view line) {
  static constexpr auto openings = std::to_array<std::string_view>({"read more",
                                                                    "read also",
                                                                    "also read",
                                                                    "read:",
                                                                    "see also",
                                                                    "related:",
                                                                    "related stories",
                                                                    "related articles",
                                                                    "more:",
                                                                    "watch:",
                                                                    "advertisement",
                                                                    "sign up",
                                                                    "subscribe",
                                                                    "follow us",
                                                                    "share this",
                                                                    "recommended",
                                                                    "click here",
                                                                    "photo:",
                                                                    "image:",
                                                                    "image source",
                                                                    "getty images",
                                                                    "story continues below",
                                                                    "continue reading",
                                                                    "loading",
                                                                    "copyright",
                                                                    "all rights reserved",
                                                                    "\xC2\xA9",
                                                                    "lesen sie auch",
                                                                    "mehr zum thema",
                                                                    "anzeige",
                                                                    "lire aussi"});
  if (line.size() > 200) return false;
  std::string start;
  for (const char c : line.substr(0, 24)) start += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return std::any_of(openings.begin(), openings.end(), [&](std::string_view opening) { return start.starts_with(opening); });
}

}  // namespace headrace
