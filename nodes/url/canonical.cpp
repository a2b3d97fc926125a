#include "nodes/url/canonical.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "nodes/url/host.hpp"
#include "nodes/url/percent.hpp"
#include "nodes/url/tracking.hpp"
#include "nodes/url/wrappers.hpp"

namespace headrace {

namespace {

bool is_alphanumeric(unsigned char c) { return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'); }
bool is_unreserved(unsigned char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'; }
bool is_hex(unsigned char c) { return is_alphanumeric(c) && (c | 32) <= 'f'; }

std::string lower_case(std::string text) {
  for (char& c : text) if (c >= 'A' && c <= 'Z') c |= 32;
  return text;
}

// Escapes in upper case, and none for unreserved characters.
std::string with_plain_escapes(std::string_view text) {
  std::string out;
  std::size_t stray = std::string::npos;  // where in `out` the last % stands that begins no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = escape_at(text, i);
    if (!byte) {
      if (text[i] == '%') stray = out.size();
      out += text[i];
      continue;
    }
    // A digit right behind a stray % would make a new escape of it: "%%34%31" is not "%41".
    const bool makes_escape = stray != std::string::npos && out.size() - stray <= 2 && is_hex(*byte);
    if (is_unreserved(*byte) && !makes_escape) out += static_cast<char>(*byte);
    else append_escape(out, *byte);
    i += 2;
  }
  return out;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
}

// ---- queries ---------------------------------------------------------------------------------------------------------

std::vector<std::string_view> pieces_of(std::string_view query) {
  std::vector<std::string_view> out;
  for (;;) {
    const auto end = query.find('&');
    if (end != 0 && !query.empty()) out.push_back(query.substr(0, end));
    if (end == std::string_view::npos) return out;
    query.remove_prefix(end + 1);
  }
}

std::string_view name_of(std::string_view piece) { return piece.substr(0, piece.find('=')); }
std::string_view value_of(std::string_view piece) {
  const auto equals = piece.find('=');
  return equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1);
}

std::optional<std::string> joined(const std::vector<std::string>& pieces) {
  if (pieces.empty()) return {};
  std::string out;
  for (const auto& piece : pieces) out += (out.empty() ? "" : "&") + piece;
  return out;
}

std::optional<std::string> safe_query(std::string_view query, std::string_view host) {
  std::vector<std::string> pieces;
  for (const auto piece : pieces_of(query)) {
    if (is_tracking_parameter(lower_case(form_decode(name_of(piece))), host)) continue;
    pieces.push_back(with_plain_escapes(piece));
    replace_all(pieces.back(), "%20", "+");
  }
  std::stable_sort(pieces.begin(), pieces.end(), [](std::string_view a, std::string_view b) {
    return std::tuple(name_of(a), value_of(a)) < std::tuple(name_of(b), value_of(b));
  });
  return joined(pieces);
}

// ---- the identity ----------------------------------------------------------------------------------------------------

// Leaves two labels at least, so that www.com stays.
std::string without_variant_label(const std::string& host) {
  if (is_within(host, "m.wikipedia.org") && host != "m.wikipedia.org")
    return host.substr(0, host.size() - std::string_view("m.wikipedia.org").size()) + "wikipedia.org";
  for (const std::string_view label : {"www.", "www2.", "m.", "mobile.", "amp."})
    if (host.starts_with(label) && host.find('.', label.size()) != std::string::npos) return host.substr(label.size());
  return host;
}

bool drop_suffix(std::string& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.resize(text.size() - suffix.size());
  return true;
}

std::string without_amp_marks(std::string path) {
  drop_suffix(path, "/amp/") || drop_suffix(path, "/amp") || drop_suffix(path, ".amp");
  if (drop_suffix(path, ".amp.html")) path += ".html";
  if (path.starts_with("/amp/")) path.erase(0, 4);
  return path;
}

std::string without_index_file(std::string path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return path;
  const std::string file = lower_case(path.substr(slash + 1));
  if (file.starts_with("index.") || file.starts_with("default.")) path.resize(slash + 1);
  return path;
}

std::string identity_path(std::string path) {
  path = without_index_file(without_amp_marks(std::move(path)));
  while (path.ends_with('/')) path.pop_back();
  return path.empty() ? "/" : path;
}

std::optional<std::string> identity_query(const std::optional<std::string>& query) {
  if (!query) return {};
  std::vector<std::string> kept;
  for (const auto piece : pieces_of(*query)) {
    const std::string lower = lower_case(std::string(piece));
    if (lower != "amp" && lower != "amp=1" && lower != "outputtype=amp") kept.emplace_back(piece);
  }
  return joined(kept);
}

}  // namespace

std::optional<Url> safe_form(Url url) {
  // Without its last dot a host may turn out to be an address: "1.." is "1".
  while (url.host.ends_with('.')) url.host.pop_back();
  auto host = parse_host(url.host);
  if (!host) return {};
  url.host = *std::move(host);
  url.username.clear();
  url.password.clear();
  url.path = with_plain_escapes(url.path);
  if (url.query) url.query = safe_query(*url.query, url.host);
  if (url.fragment && !url.fragment->starts_with('!')) url.fragment.reset();
  if (url.fragment) url.fragment = with_plain_escapes(*url.fragment);
  return url;
}

Url identity_form(Url safe) {
  constexpr int most_targets = 5, most_rounds = 16;
  int targets = 0;
  // One mark may hide another ("www.m.", "index.html/amp"): drop them until nothing changes.
  for (int round = 0; round < most_rounds; ++round) {
    const std::string before = safe.text();
    while (targets < most_targets) {
      auto target = target_of(safe);
      auto next = target ? safe_form(*std::move(target)) : std::nullopt;
      if (!next) break;
      safe = *std::move(next);
      ++targets;
    }
    safe.scheme = "https";
    if (safe.port == 443) safe.port.reset();
    safe.host = without_variant_label(safe.host);
    safe.path = identity_path(std::move(safe.path));
    safe.query = identity_query(safe.query);
    if (auto again = parse_url(safe.text()).url) safe = *std::move(again);  // "/..amp" has become "/.."
    if (safe.text() == before) break;
  }
  return safe;
}

}  // namespace headrace
