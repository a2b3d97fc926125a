#include "bench/news_pages.hpp"

#include <gumbo.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

namespace bench {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> saved_pages(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none))
    if (entry.path().extension() == ".html") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> out;
  for (const fs::path& path : paths) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    out.push_back(text.str());
  }
  return out;
}

class Author {  // of pages that are built like those of news sites
 public:
  std::string page() {
    std::string out = "<!doctype html><html lang=en><head><meta charset=utf-8><title>" + words(8) + " | The Coast</title>";
    for (int i = 0; i < 30; ++i)
      out += "<meta property=\"og:" + words(1) + "\" content=\"" + words(6) + "\"><link rel=preload href=/a.css>";
    for (int i = 0; i < 12; ++i) out += script(4000);
    out += "<style>" + script(6000) + "</style></head><body><header><nav><ul>";
    for (int i = 0; i < 60; ++i)
      out += "<li class=\"nav__item nav__item--" + words(1) + "\"><a href=\"/" + words(1) + "\">" + words(2) + "</a></li>";
    out += "</ul></nav></header><main><article class=story-body><h1>" + words(9) + "</h1><p class=byline>By Ada Quay</p>";
    for (int i = 0; i < 25; ++i) {
      out +=
          "<p class=\"story-body__paragraph\">" + words(30) + ", <a href=\"/" + words(1) + "\">" + words(4) + "</a> " + words(20) + ".</p>";
      if (i % 6 == 5) out += script(2500) + "<div class=\"ad-slot\"><div><div></div></div></div>";
    }
    out += "</article></main><aside>";
    for (int i = 0; i < 40; ++i)
      out += "<div class=\"teaser card\"><div class=card__image><img src=\"/i.jpg\" width=200></div><h3><a href=\"/x\">" + words(8) +
             "</a></h3><p>" + words(14) + "</p></div>";
    out += "</aside><footer>";
    for (int i = 0; i < 40; ++i) out += "<a href=\"/f\">" + words(2) + "</a> ";
    for (int i = 0; i < 6; ++i) out += script(8000);
    return out + "</footer></body></html>";
  }

 private:
  std::string words(int count) {
    static const std::vector<std::string> all = {"tide", "harbour", "the", "of", "council", "wall", "storm",  "and", "ferry", "engineer",
                                                 "in",   "pier",    "a",   "to", "budget",  "said", "winter", "sea", "vote",  "town"};
    std::string out;
    for (int i = 0; i < count; ++i) (out += out.empty() ? "" : " ") += all[random_() % all.size()];
    return out;
  }
  std::string script(int bytes) {
    std::string out = "<script>";
    while (out.size() < static_cast<std::size_t>(bytes)) out += "if(a<b&&c>d){window." + words(1) + "=\"<div>" + words(1) + "</div>\"}";
    return out + "</script>";
  }
  std::minstd_rand random_{5};
};

}  // namespace

NewsPages news_pages(bool quick) {
  NewsPages out;
  if (const char* folder = std::getenv("HEADRACE_PAGES")) out.files = saved_pages(folder);
  const bool saved = !out.files.empty();
  Author author;
  while (!saved && out.files.size() < (quick ? 3u : 60u)) out.files.push_back(author.page());
  if (quick && out.files.size() > 3) out.files.resize(3);
  std::size_t bytes = 0;
  for (const std::string& file : out.files) bytes += file.size();
  out.description = std::to_string(out.files.size()) + (saved ? " saved" : " invented") + " pages of " +
                    std::to_string(bytes / out.files.size() / 1000) + " KB";
  return out;
}

std::size_t parse_by_gumbo(const std::string& html) {
  GumboOutput* output = gumbo_parse_with_options(&kGumboDefaultOptions, html.data(), html.size());
  const std::size_t children = output->document->v.document.children.length;
  gumbo_destroy_output(&kGumboDefaultOptions, output);
  return children;
}

}  // namespace bench
