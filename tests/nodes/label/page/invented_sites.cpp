#include "tests/nodes/label/page/invented_sites.hpp"

#include <algorithm>
#include <fstream>
#include <numeric>
#include <sstream>
#include <stdexcept>

namespace headrace::testing {
namespace {

const std::vector<std::string> given_names = {"Maren", "Tobias", "Ilse",  "Henrik", "Oda",  "Pavel",
                                              "Noor",  "Celia",  "Ruben", "Asta",   "Milo", "Vera"};
const std::vector<std::string> family_names = {"Hollow",  "Brandt", "Okorie",  "Lindqvist", "Moreau",
                                               "Castell", "Varga",  "Penrose", "Ito",       "Salden"};

}  // namespace

InventedSites::InventedSites(unsigned seed) : random_(seed) {
  for (const char* file : {"layouts", "ham_learn", "spam_learn", "ham_test", "spam_test"}) read(file);
}

void InventedSites::read(const std::string& file) {
  std::ifstream in(std::string(HEADRACE_SOURCE_DIR) + "/tests/nodes/label/page/sites/" + file + ".txt");
  if (!in) throw std::runtime_error("no invented sites: " + file);
  std::vector<std::string>* list = nullptr;
  std::string* layout = nullptr;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string word, name;
    words >> word >> name;
    if (line.empty()) {
      list = nullptr, layout = nullptr;
    } else if (layout) {
      *layout += line;
    } else if (word == "layout") {
      layout = &layouts_[name];
    } else if (word == "site") {
      InventedSite site;
      std::string label;
      site.name = name;
      words >> label >> site.kind >> site.language >> site.part;
      site.spam = label == "spam";
      sites_.push_back(std::move(site));
    } else if (word == "=") {
      list = &sites_.back().lists[name];
    } else if (list) {
      list->push_back(line);
    } else if (word == "layouts") {
      for (; !name.empty() && words; words >> name) sites_.back().layouts.push_back(name);
    } else {
      InventedSite& site = sites_.back();
      (word == "url" ? site.url : word == "title" ? site.title : site.body) = line.substr(word.size() + 1);
    }
  }
}

std::vector<const InventedSite*> InventedSites::of(std::string_view part) const {
  std::vector<const InventedSite*> out;
  for (const InventedSite& site : sites_)
    if (site.part == part) out.push_back(&site);
  return out;
}

InventedPage InventedSites::draw(const InventedSite& site) {
  drawn_ = {{"name", site.name}, {"language", site.language}};
  InventedPage out{.url = expand(site, site.url), .title = "", .html = "", .spam = site.spam};
  drawn_["title"] = out.title = expand(site, site.title);
  drawn_["body"] = expand(site, site.body);
  out.html = expand(site, layouts_.at(site.layouts[below(site.layouts.size())]));
  return out;
}

std::string InventedSites::expand(const InventedSite& site, std::string_view text, int depth) {
  if (depth > 8) throw std::runtime_error("the lists of " + site.name + " name each other");
  std::string out;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('{'), text.size()), close = text.find('}', open);
    out += text.substr(0, open);
    if (close == text.npos) return out + std::string(text.substr(open));
    if (!expand_name(site, text.substr(open + 1, close - open - 1), depth, out)) out += text.substr(open, close + 1 - open);
    text.remove_prefix(close + 1);
  }
  return out;
}

bool InventedSites::expand_name(const InventedSite& site, std::string_view name, int depth, std::string& out) {
  const bool once = name.ends_with('!');
  const std::size_t star = name.find('*');
  const std::string_view plain = once ? name.substr(0, name.size() - 1) : name.substr(0, star);
  if (const auto drawn = drawn_.find(once ? name : plain); drawn != drawn_.end()) return out += drawn->second, true;
  std::string value;
  if (plain == "person") value = given_names[below(given_names.size())] + " " + family_names[below(family_names.size())];
  else if (plain == "digit") value = static_cast<char>('1' + below(9));
  else if (plain.size() == 2 && plain[0] == '#')
    for (char left = plain[1]; left > '0'; --left) value += static_cast<char>((value.empty() ? '1' : '0') + below(9));
  else if (const auto list = site.lists.find(plain); list == site.lists.end()) return false;
  else if (star != name.npos) value = several(site, list->second, name.substr(star + 1), depth);
  else value = expand(site, list->second[below(list->second.size())], depth + 1);
  if (once) drawn_[std::string(name)] = value;
  out += value;
  return true;
}

std::string InventedSites::several(const InventedSite& site, const std::vector<std::string>& list, std::string_view range, int depth) {
  const std::size_t least = std::stoul(std::string(range)), most = std::stoul(std::string(range.substr(range.find('-') + 1)));
  std::vector<std::size_t> order(list.size());
  std::string out;
  for (std::size_t i = 0, count = least + below(most - least + 1); i < count; ++i) {
    if (i % list.size() == 0) {
      std::iota(order.begin(), order.end(), 0u);
      std::shuffle(order.begin(), order.end(), random_);
    }
    out += (i == 0 ? "" : " ") + expand(site, list[order[i % list.size()]], depth + 1);
  }
  return out;
}

}  // namespace headrace::testing
