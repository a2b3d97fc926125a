#include "nodes/url/wrappers.hpp"

#include <algorithm>

#include "nodes/url/host.hpp"
#include "nodes/url/percent.hpp"

namespace headrace {

namespace {

struct Redirector {
  std::string_view site;       // and what lies below it
  std::string_view path;       // without a trailing slash; empty: the root
  std::string_view parameter;  // that holds the target; empty: the whole query is the target
};

// clang-format off
constexpr Redirector redirectors[] = {
    {"l.facebook.com", "/l.php", "u"},      {"lm.facebook.com", "/l.php", "u"},    {"facebook.com", "/l.php", "u"},
    {"l.instagram.com", "", "u"},           {"l.messenger.com", "/l.php", "u"},    {"out.reddit.com", "*", "url"},
    {"youtube.com", "/redirect", "q"},      {"duckduckgo.com", "/l", "uddg"},      {"safelinks.protection.outlook.com", "*", "url"},
    {"href.li", "", ""},                    {"nullrefer.com", "", ""},             {"anonym.to", "", ""},
    {"t.umblr.com", "/redirect", "z"},      {"vk.com", "/away.php", "to"},         {"away.vk.com", "/away.php", "to"},
    {"steamcommunity.com", "/linkfilter", "url"}, {"steamcommunity.com", "/linkfilter", "u"}, {"slack-redir.net", "/link", "url"},
    {"linkedin.com", "/redir/redirect", "url"},   {"linkedin.com", "/safety/go", "url"},      {"medium.com", "/r", "url"},
    {"getpocket.com", "/redirect", "url"},  {"googleadservices.com", "/pagead/aclk", "adurl"}, {"t.me", "/iv", "url"},
};
// clang-format on

// google.com, www.google.de, www.google.co.uk
bool is_google(std::string_view host) {
  if (host.starts_with("www.")) host.remove_prefix(4);
  if (!host.starts_with("google.")) return false;
  host.remove_prefix(7);
  const auto dot = host.find('.');
  if (dot == std::string_view::npos) return host.size() == 2 || host.size() == 3;
  return dot <= 3 && host.size() - dot - 1 == 2;
}

std::string_view without_slashes(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::optional<std::string> parameter(const Url& url, std::string_view name) {
  std::string_view rest = url.query ? std::string_view(*url.query) : std::string_view();
  while (!rest.empty()) {
    const auto end = std::min(rest.find('&'), rest.size());
    const std::string_view piece = rest.substr(0, end);
    const auto equals = piece.find('=');
    if (equals != std::string_view::npos && form_decode(piece.substr(0, equals)) == name) return form_decode(piece.substr(equals + 1));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

// A target must be absolute: what is relative leads nowhere else.
std::optional<Url> parsed(const std::optional<std::string>& target) { return target ? parse_url(*target).url : std::nullopt; }

std::optional<Url> redirect_target(const Url& url) {
  if (!url.query) return {};
  const std::string_view path = without_slashes(url.path);
  if (is_google(url.host) && path == "/url") {
    auto target = parsed(parameter(url, "url"));
    return target ? target : parsed(parameter(url, "q"));
  }
  for (const Redirector& each : redirectors) {
    if ((each.path != "*" && each.path != path) || !is_within(url.host, each.site)) continue;
    if (auto target = parsed(each.parameter.empty() ? url.query : parameter(url, each.parameter))) return target;
  }
  return {};
}

// "/c/s/example.com/story": a kind, "s" when the origin speaks https, then host and path.
std::optional<Url> cached_page(const Url& url) {
  std::string_view path = url.path;
  const auto take = [&](std::string_view prefix) { return path.starts_with(prefix) && (path.remove_prefix(prefix.size()), true); };
  const bool is_cached =
      is_google(url.host) ? take("/amp/") : is_within(url.host, "cdn.ampproject.org") && (take("/c/") || take("/v/") || take("/wp/"));
  if (!is_cached) return {};
  const std::string scheme = take("s/") ? "https://" : "http://";
  if (path.substr(0, path.find('/')).find('.') == std::string_view::npos) return {};  // not a host
  return parse_url(scheme + std::string(path) + (url.query ? "?" + *url.query : "")).url;
}

}  // namespace

std::optional<Url> target_of(const Url& url) {
  auto target = redirect_target(url);
  return target ? target : cached_page(url);
}

}  // namespace headrace
