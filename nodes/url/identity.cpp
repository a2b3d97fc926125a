// The identity form: what is left of a URL when everything is dropped that variants of a document differ in.
#include <algorithm>

#include "nodes/url/canonical.hpp"
#include "nodes/url/host.hpp"
#include "nodes/url/wrappers.hpp"

namespace headrace {

namespace {

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && (a | 32) == b); });
}
bool starts_ignoring_case(std::string_view text, std::string_view lower) { return equal_ignoring_case(text.substr(0, lower.size()), lower); }

// Each of these says whether it has changed anything.

// Leaves two labels at least, so that www.com stays.
bool drop_variant_label(std::string& host) {
  constexpr std::string_view mobile_wikipedia = "m.wikipedia.org";
  if (is_within(host, mobile_wikipedia) && host != mobile_wikipedia) return host.erase(host.size() - mobile_wikipedia.size(), 2), true;
  if (const char first = host.front(); first != 'w' && first != 'm' && first != 'a') return false;
  for (const std::string_view label : {"www.", "www2.", "m.", "mobile.", "amp."})
    if (host.starts_with(label) && host.find('.', label.size()) != std::string::npos) return host.erase(0, label.size()), true;
  return false;
}

bool drop_suffix(std::string& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.resize(text.size() - suffix.size());
  return true;
}

void drop_amp_marks(std::string& path) {
  const char last = path.back();
  if (last == '/' || last == 'p') drop_suffix(path, "/amp/") || drop_suffix(path, "/amp") || drop_suffix(path, ".amp");
  if (last == 'l' && drop_suffix(path, ".amp.html")) path += ".html";
  if (path.starts_with("/amp/")) path.erase(0, 4);
}

void drop_index_file(std::string& path) {
  const std::size_t start = path.rfind('/') + 1;
  const std::string_view file = std::string_view(path).substr(start);
  if (start > 0 && (starts_ignoring_case(file, "index.") || starts_ignoring_case(file, "default."))) path.resize(start);
}

bool simplify_path(std::string& path) {
  const std::size_t before = path.size();
  drop_amp_marks(path);
  drop_index_file(path);
  while (path.ends_with('/')) path.pop_back();
  if (path.empty()) path = "/";
  return path.size() != before;
}

bool is_amp_parameter(std::string_view piece) {
  return equal_ignoring_case(piece, "amp") || equal_ignoring_case(piece, "amp=1") || equal_ignoring_case(piece, "outputtype=amp");
}

template <class Visit> void each_piece(std::string_view query, Visit&& visit) {
  while (!query.empty()) {
    const std::string_view piece = query.substr(0, query.find('&'));
    visit(piece);
    query.remove_prefix(std::min(piece.size() + 1, query.size()));
  }
}

bool drop_amp_parameters(std::optional<std::string>& query) {
  if (!query) return false;
  bool found = false;
  each_piece(*query, [&](std::string_view piece) { found = found || is_amp_parameter(piece); });
  if (!found) return false;
  std::string kept;
  each_piece(*query, [&](std::string_view piece) {
    if (!is_amp_parameter(piece)) kept.append(kept.empty() ? "" : "&").append(piece);
  });
  if (kept.empty()) query.reset();
  else query = std::move(kept);
  return true;
}

// "/..amp" has become "/..".
void resolve_dots(Url& url) {
  if (!url.path.ends_with("/.") && !url.path.ends_with("/..")) return;
  if (auto again = parse_url(url.text()).url) url = *std::move(again);
}

// Follows redirectors and AMP caches to where they lead. False when there are more than `left` of them.
bool follow_targets(Url& url, int& left) {
  for (;;) {
    auto target = target_of(url);
    auto next = target ? safe_form(*std::move(target)) : std::nullopt;
    if (!next) return true;
    if (--left < 0) return false;
    url = *std::move(next);
  }
}

// Nothing when there is no end to it: nobody writes such a URL but to be tiresome.
std::optional<Url> simplified(Url url) {
  constexpr int most_rounds = 16;
  int targets = 5;
  // One mark may hide another ("www.m.", "index.html/amp"): drop them until nothing changes.
  for (int round = 0; round < most_rounds; ++round) {
    if (!follow_targets(url, targets)) return {};
    url.scheme = "https";
    if (url.port == 443) url.port.reset();
    const bool host = drop_variant_label(url.host), path = simplify_path(url.path), query = drop_amp_parameters(url.query);
    if (!host && !path && !query) return url;
    if (path) resolve_dots(url);
  }
  return {};
}

}  // namespace

Url identity_form(const Url& safe) {
  auto identity = simplified(safe);
  return identity ? *std::move(identity) : safe;
}

}  // namespace headrace
