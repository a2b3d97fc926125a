// Pages for the workloads that read HTML: the .html files of the folder that HEADRACE_PAGES names, or invented ones that are built
// like those of news sites: a third markup, the rest scripts and styles.
#pragma once
#include <string>
#include <vector>

namespace bench {

struct NewsPages {
  std::vector<std::string> files;
  std::string description;  // "72 pages of 170 KB"
};

NewsPages news_pages(bool quick);

std::size_t parse_by_gumbo(const std::string& html);  // the baseline: builds its tree and throws it away

}  // namespace bench
