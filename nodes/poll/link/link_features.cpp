#include "nodes/poll/link/link_features.hpp"

#include <algorithm>

#include "nodes/support/words.hpp"

namespace headrace {
namespace {

constexpr std::size_t most_features = 160, longest_url = 2048, longest_title = 512, longest_word = 24;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Calls `visit` with each run of letters, in lower case.
template <class Visit> void each_word(std::string_view text, const Visit& visit) {
  std::string word;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && is_letter(text[at])) {
      if (word.size() < longest_word) word += lower(text[at]);
    } else if (!word.empty()) {
      visit(word);
      word.clear();
    }
  }
}

void add_host(FeatureCollector& out, std::string_view host) {
  for (std::string_view rest = host;;) {
    out.add("domain ", rest);
    const auto dot = rest.find('.');
    if (dot == rest.npos) break;
    rest.remove_prefix(dot + 1);
  }
  each_word(host.substr(0, host.rfind('.')), [&](const std::string& word) { out.add("host word ", word); });
  out.add("host hyphens ", magnitude(static_cast<std::size_t>(std::count(host.begin(), host.end(), '-')) + 1));
  out.add("host digits ", magnitude(static_cast<std::size_t>(std::count_if(host.begin(), host.end(), is_digit)) + 1));
}

// Each letter run is a, each digit run 0: /2026/04/harbour-wall-7 is /0/0/a-a-0.
std::string shape_of(std::string_view segment) {
  std::string out;
  for (const char c : segment) {
    const char kind = is_letter(c) ? 'a' : is_digit(c) ? '0' : c;
    if (out.empty() || out.back() != kind) out += kind;
    if (out.size() >= 24) break;
  }
  return out;
}

void add_path(FeatureCollector& out, std::string_view path) {
  std::size_t depth = 0;
  std::string_view last;
  for (std::size_t begin = 1; begin < path.size(); ++depth) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    last = path.substr(begin, end - begin);
    if (depth < 8) out.add("segment shape ", shape_of(last));
    begin = end + 1;
  }
  out.add("depth ", std::to_string(std::min<std::size_t>(depth, 8)));
  out.add("last length ", magnitude(last.size() + 1));
  out.add("last hyphens ", magnitude(static_cast<std::size_t>(std::count(last.begin(), last.end(), '-')) + 1));
  std::string before;
  each_word(path, [&](const std::string& word) {
    out.add("path word ", word);
    if (!before.empty()) out.add("path words ", before + " " + word);
    before = word;
  });
}

void add_query(FeatureCollector& out, std::string_view query) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    out.add("parameter ", pair.substr(0, pair.find('=')));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
  }
}

void add_title(FeatureCollector& out, std::string_view title) {
  const Words words(title, longest_title);
  for (std::size_t i = 0; i < words.size(); ++i) {
    out.add("title word ", words[i]);
    if (i > 0) out.add("title words ", std::string(words[i - 1]) + " " + std::string(words[i]));
  }
  title = title.substr(0, longest_title);
  const auto capitals = static_cast<std::size_t>(std::count_if(title.begin(), title.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
  const auto letters = static_cast<std::size_t>(std::count_if(title.begin(), title.end(), is_letter));
  out.add("title capitals ", std::to_string(letters == 0 ? 0 : capitals * 8 / letters));
  out.add("title length ", magnitude(words.size() + 1));
  for (const char mark : {'!', '?', '$', '%', '#'})
    if (title.find(mark) != title.npos) out.add("title has ", std::string(1, mark));
}

}  // namespace

HashedFeatures link_features(const LinkText& link, FeatureNames names) {
  FeatureCollector out(most_features, names);
  add_link_features(out, link);
  return out.take();
}

void add_link_features(FeatureCollector& out, const LinkText& link) {
  const std::string_view url = link.url.substr(0, longest_url);
  const auto scheme = url.find("://");
  const std::size_t first = scheme == url.npos ? 0 : scheme + 3;
  const std::size_t host_end = std::min(url.find_first_of("/?#", first), url.size());
  const std::size_t path_end = std::min(url.find_first_of("?#", host_end), url.size());
  out.add("every link", "");
  std::string host(url.substr(first, host_end - first));
  std::transform(host.begin(), host.end(), host.begin(), lower);
  add_host(out, host.starts_with('[') ? std::string_view(host) : std::string_view(host).substr(0, host.find(':')));
  add_path(out, url.substr(host_end, path_end - host_end));
  if (path_end < url.size() && url[path_end] == '?') add_query(out, url.substr(path_end + 1, url.find('#', path_end) - path_end - 1));
  out.add("url length ", magnitude(url.size()));
  if (!link.title.empty()) add_title(out, link.title);
}

}  // namespace headrace
