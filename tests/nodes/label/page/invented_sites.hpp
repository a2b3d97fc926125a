// Pages of invented sites, spam and not, drawn from the templates in sites/ (its README tells their form).
//
//   InventedSites sites(7);
//   for (const InventedSite& site : sites.of("test")) measure(sites.draw(site));
//
// The same seed gives the same pages. One thread.
#pragma once
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::testing {

struct InventedSite {
  std::string name, kind, language, part;
  bool spam = false;
  std::vector<std::string> layouts;
  std::string url, title, body;
  std::map<std::string, std::vector<std::string>, std::less<>> lists;
};

struct InventedPage {
  std::string url, title, html;
  bool spam;
};

class InventedSites {
 public:
  explicit InventedSites(unsigned seed);
  std::vector<const InventedSite*> of(std::string_view part) const;  // learn or test
  InventedPage draw(const InventedSite& site);

 private:
  void read(const std::string& file);
  std::string expand(const InventedSite& site, std::string_view text, int depth = 0);
  bool expand_name(const InventedSite& site, std::string_view name, int depth, std::string& out);
  std::string several(const InventedSite& site, const std::vector<std::string>& list, std::string_view range, int depth);
  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::mt19937 random_;
  std::map<std::string, std::string, std::less<>> layouts_;
  std::vector<InventedSite> sites_;
  std::map<std::string, std::string, std::less<>> drawn_;  // of the page that is being drawn
};

}  // namespace headrace::testing
