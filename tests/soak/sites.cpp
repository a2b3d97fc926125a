#include "tests/soak/sites.hpp"

#include <charconv>
#include <iterator>
#include <utility>

namespace headrace::soak {
namespace {

constexpr std::pair<What, std::string_view> names[] = {
    {What::page, "page"},
    {What::moved, "moved"},
    {What::away, "away"},
    {What::circle, "circle"},
    {What::inner, "inner"},
    {What::missing, "missing"},
    {What::gone, "gone"},
    {What::forbidden, "forbidden"},
    {What::fails_once, "fails_once"},
    {What::resets_once, "resets_once"},
    {What::cut_once, "cut_once"},
    {What::cut_always, "cut_always"},
    {What::busy_once, "busy_once"},
    {What::huge, "huge"},
    {What::picture, "picture"},
    {What::odd, "odd"},
    {What::twin, "twin"},
    {What::spelled, "spelled"},
};

}  // namespace

std::string_view name_of(What what) { return names[static_cast<std::size_t>(what)].second; }

bool read_path(std::string_view path, int& number, What& what) {
  if (!path.starts_with('/')) return false;
  const auto slash = path.find('/', 1);
  if (slash == path.npos) return false;
  const std::string_view name = path.substr(1, slash - 1), digits = path.substr(slash + 1);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return false;
  for (const auto& [each, known] : names)
    if (known == name) {
      what = each;
      return true;
    }
  return false;
}

Host Sites::host_kind(int number) const {
  switch (number % hosts_ % 50) {
    case 7: return Host::without_robots;
    case 9: return Host::broken_robots;
    case 11: return Host::dead;
    default: return Host::usual;
  }
}

// The faults of a host are spread so that no five of them can follow each other: a host that fails five times in a row is left
// alone for a while, and what becomes of its links would depend on time.
What Sites::what(int number) const {
  const int host = number % hosts_;
  switch (number / hosts_) {
    case 0: return What::missing;
    case 1: return What::gone;
    case 2: return What::moved;
    case 3: return What::away;
    case 4: return What::circle;
    case 5: return What::forbidden;
    case 6: return host % 3 == 0 ? What::fails_once : host % 3 == 1 ? What::resets_once : What::cut_once;
    case 7: return host % 4 == 0 ? What::cut_always : What::page;
    case 8: return host % 10 == 5 ? What::busy_once : What::page;
    case 9: return What::huge;
    case 10: return What::picture;
    case 11: return What::odd;
    case 12: return What::inner;
    case 13: return behind(number) < links_ ? What::twin : What::page;
    case 15: return behind(number) < links_ ? What::spelled : What::page;
    default: return What::page;
  }
}

Link Sites::link(int number) const {
  Link out{number, what(number), host_kind(number), host_kind(number + 1), host(number), "", ""};
  out.path = out.what == What::spelled ? "/page/" + std::to_string(behind(number)) : "/" + std::string(name_of(out.what)) + "/" + std::to_string(number);
  out.url = address(out.host, out.path) + (out.what == What::spelled ? "?utm_source=soak" : "");
  return out;
}

std::string failure_of(const Link& link) {
  const bool leads_away = link.what == What::away && (link.host_kind == Host::usual || link.host_kind == Host::without_robots);
  switch (leads_away ? link.next_kind : link.host_kind) {
    case Host::dead: return "unavailable";
    case Host::broken_robots: return "robots_unavailable";
    default: break;
  }
  switch (link.what) {
    case What::missing:
    case What::gone: return "http_status";
    case What::circle: return "too_many_redirects";
    case What::inner: return "refused_address";
    case What::cut_always: return "unavailable";
    case What::huge: return "too_large";
    case What::picture: return "unsupported_type";
    case What::odd: return "bad_encoding";
    default: return "";
  }
}

int requests_of(const Link& link, int retries) {
  if (link.host_kind == Host::dead || link.host_kind == Host::broken_robots) return 0;
  switch (link.what) {
    case What::forbidden: return link.host_kind == Host::without_robots ? 1 : 0;
    case What::fails_once:
    case What::resets_once:
    case What::cut_once:
    case What::busy_once: return 2;
    case What::cut_always: return 1 + retries;
    default: return 1;
  }
}

}  // namespace headrace::soak
