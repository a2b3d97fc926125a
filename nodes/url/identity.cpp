// The identity form: what is left of a URL when everything is dropped that variants of a document differ in.
#include <algorithm>

#include "nodes/url/canonical.hpp"
#include "nodes/url/host.hpp"
#include "nodes/url/wrappers.hpp"

namespace headrace {

namespace {

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && (a | 32) == b); });
}
bool starts_ignoring_case(std::string_view text, std::string_view lower) {
  return equal_ignoring_case(text.substr(0, lower.size()), lower);
}

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

void drop_amp_suffix(std::string& path) {
  const char last = path.back();
  if (last == '/' || last == 'p') drop_suffix(path, "/amp/") || drop_suffix(path, "/amp") || drop_suffix(path, ".amp");
  if (last == 'l' && drop_suffix(path, ".amp.html")) path += ".html";
}

void drop_index_file(std::string& path) {
  const std::size_t start = path.rfind('/') + 1;
  const std::string_view file = std::string_view(path).substr(start);
  if (start > 0 && (starts_ignoring_case(file, "index.") || starts_ignoring_case(file, "default."))) path.resize(start);
}

// "/a/...amp" has become "/a/..".
void resolve_dots(std::string& path) {
  if (drop_suffix(path, "/..")) path.resize(path.rfind('/') + 1);
  else if (path.ends_with("/.")) path.pop_back();
}

// One mark may hide another: "index.html/amp". Every round but the last makes the path shorter, by work at its end.
void simplify_path(std::string& path) {
  for (std::size_t before = 0; path.size() != before;) {
    before = path.size();
    drop_amp_suffix(path);
    drop_index_file(path);
    resolve_dots(path);
    while (path.ends_with('/')) path.pop_back();
    if (path.empty()) path = "/";
  }
  std::size_t start = 0;
  while (std::string_view(path).substr(start).starts_with("/amp/")) start += 4;
  path.erase(0, start);
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

void drop_amp_parameters(std::optional<std::string>& query) {
  if (!query) return;
  bool found = false;
  each_piece(*query, [&](std::string_view piece) { found = found || is_amp_parameter(piece); });
  if (!found) return;
  std::string kept;
  each_piece(*query, [&](std::string_view piece) {
    if (!is_amp_parameter(piece)) kept.append(kept.empty() ? "" : "&").append(piece);
  });
  if (kept.empty()) query.reset();
  else query = std::move(kept);
}

// What a redirector or an AMP cache leads to, in the safe form.
std::optional<Url> next_of(const Url& url) {
  auto target = target_of(url);
  return target ? safe_form(*std::move(target)) : std::nullopt;
}

void simplify(Url& url) {
  url.scheme = "https";
  if (url.port == 443) url.port.reset();
  while (drop_variant_label(url.host)) {}
  simplify_path(url.path);
  drop_amp_parameters(url.query);
}

}  // namespace

Url identity_form(Url url) {
  constexpr int most_targets = 5;
  std::optional<Url> wrapper;  // the outermost one
  for (int targets = 0;;) {
    auto next = next_of(url);
    if (!next) {
      simplify(url);
      next = next_of(url);  // "m.google.com" has become "google.com"
      if (!next) return url;
    }
    if (++targets > most_targets) return *std::move(wrapper);
    if (!wrapper) wrapper = std::move(url);
    url = *std::move(next);
  }
}

}  // namespace headrace
