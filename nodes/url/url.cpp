#include "nodes/url/url.hpp"

#include <algorithm>

#include "core/node.hpp"
#include "nodes/url/host.hpp"
#include "nodes/url/percent.hpp"

namespace headrace {

namespace {

constexpr std::size_t longest_link = 64u << 10;

bool is_slash(char c) { return c == '/' || c == '\\'; }
bool is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view link) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!link.empty() && is_blank(link.front())) link.remove_prefix(1);
  while (!link.empty() && is_blank(link.back())) link.remove_suffix(1);
  return link;
}

bool has_breaks(std::string_view link) {
  return link.find('\n') != std::string_view::npos || link.find('\t') != std::string_view::npos ||
         link.find('\r') != std::string_view::npos;
}

std::string without_breaks(std::string_view link) {
  std::string out(link);
  std::erase_if(out, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  return out;
}

// Where the first of `a` and `b` stands, or the end.
std::size_t find_either(std::string_view text, char a, char b) {
  const std::size_t first = std::min(text.find(a), text.size());
  return std::min(text.substr(0, first).find(b), first);
}

// Takes "scheme:" off the front and gives it in lower case; empty when the link has none.
std::string take_scheme(std::string_view& rest) {
  for (const std::string_view usual : {"https:", "http:"})
    if (rest.starts_with(usual)) return rest.remove_prefix(usual.size()), std::string(usual.substr(0, usual.size() - 1));
  const auto colon = rest.find(':');
  if (colon == std::string_view::npos || !is_letter(rest.front())) return "";
  std::string scheme(rest.substr(0, colon));
  for (char& c : scheme) {
    if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return "";
    if (is_letter(c)) c |= 32;
  }
  rest.remove_prefix(colon + 1);
  return scheme;
}

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return a == b || (is_letter(a) && (a | 32) == b); });
}
bool is_dot(std::string_view segment) { return segment == "." || equal_ignoring_case(segment, "%2e"); }
bool is_double_dot(std::string_view segment) {
  return segment == ".." || equal_ignoring_case(segment, ".%2e") || equal_ignoring_case(segment, "%2e.") ||
         equal_ignoring_case(segment, "%2e%2e");
}

class Parser {
 public:
  Parser(std::string_view rest, const Url* base, Url& out) : rest_(rest), base_(base), url_(out) {}

  // Gives the problem, if there is one.
  std::string_view parse() {
    const std::string scheme = take_scheme(rest_);
    if (!scheme.empty() && scheme != "http" && scheme != "https") return "is neither http nor https";
    if (scheme.empty() && !base_) return "is relative, and there is no base";
    url_.scheme = scheme.empty() ? base_->scheme : scheme;
    // "http:a" means the same as "a" when the base has that scheme, and the same as "http://a" otherwise.
    const bool relative = scheme.empty() || (base_ && base_->scheme == scheme && !rest_.starts_with("//"));
    const bool names_host = !relative || (rest_.size() > 1 && is_slash(rest_[0]) && is_slash(rest_[1]));
    if (names_host) {
      if (const auto problem = take_authority(); !problem.empty()) return problem;
      take_path();
    } else {
      resolve();
    }
    take_query_and_fragment();
    return {};
  }

 private:
  // Everything up to the path, however many slashes it begins with.
  std::string_view take_authority() {
    while (!rest_.empty() && is_slash(rest_.front())) rest_.remove_prefix(1);
    const auto ends = [](char c) { return is_slash(c) || c == '?' || c == '#'; };
    const auto end = static_cast<std::size_t>(std::find_if(rest_.begin(), rest_.end(), ends) - rest_.begin());
    std::string_view authority = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
      take_credentials(authority.substr(0, at));
      authority.remove_prefix(at + 1);
    }
    const auto colon = authority.find(':', authority.starts_with('[') ? std::min(authority.find(']'), authority.size()) : 0);
    const std::string_view host = authority.substr(0, colon);
    if (host.empty()) return "has no host";
    if (colon != std::string_view::npos)
      if (const auto problem = take_port(authority.substr(colon + 1)); !problem.empty()) return problem;
    auto parsed = parse_host(host);
    if (!parsed) return "has a host that cannot exist";
    url_.host = *std::move(parsed);
    return {};
  }

  void take_credentials(std::string_view text) {
    const auto colon = text.find(':');
    append_encoded(url_.username, text.substr(0, colon), EncodeSet::userinfo);
    if (colon != std::string_view::npos) append_encoded(url_.password, text.substr(colon + 1), EncodeSet::userinfo);
  }

  std::string_view take_port(std::string_view digits) {
    unsigned port = 0;
    for (const char c : digits) {
      if (!is_digit(c)) return "has a port that is not a number";
      port = port * 10 + static_cast<unsigned>(c - '0');
      if (port > 65535) return "has a port above 65535";
    }
    if (!digits.empty() && port != Url::default_port(url_.scheme)) url_.port = static_cast<std::uint16_t>(port);
    return {};
  }

  void resolve() {
    const std::string scheme = std::move(url_.scheme);
    url_ = *base_;
    url_.scheme = scheme;
    url_.fragment.reset();
    if (rest_.empty() || rest_.front() == '#') return;
    url_.query.reset();
    if (rest_.front() == '?') return;
    if (is_slash(rest_.front())) url_.path.clear();
    else url_.path.erase(url_.path.rfind('/'));  // the last segment
    take_path();
  }

  // Adds the segments up to the query to url_.path, which is empty or ends without a slash.
  void take_path() {
    const auto end = find_either(rest_, '?', '#');
    std::string_view path = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (!path.empty() && is_slash(path.front())) path.remove_prefix(1);
    if (is_plain(path)) {
      url_.path.reserve(url_.path.size() + 1 + path.size());
      url_.path += '/';
      return append_encoded(url_.path, path, EncodeSet::path);
    }
    for (;;) {
      const auto slash = path.find_first_of("/\\");
      const bool last = slash == std::string_view::npos;
      add_segment(path.substr(0, slash), last);
      if (last) return;
      path.remove_prefix(slash + 1);
    }
  }

  // No backslash, and no segment that could be a dot segment: then there is nothing to take apart.
  static bool is_plain(std::string_view path) {
    const auto may_be_dots = [](std::string_view text) { return text.starts_with('.') || text.starts_with("%2"); };
    if (may_be_dots(path) || path.find('\\') != std::string_view::npos) return false;
    for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1))
      if (may_be_dots(path.substr(slash + 1))) return false;
    return true;
  }

  void add_segment(std::string_view segment, bool last) {
    if (is_double_dot(segment)) {
      if (!url_.path.empty()) url_.path.erase(url_.path.rfind('/'));
    } else if (!is_dot(segment)) {
      url_.path += '/';
      append_encoded(url_.path, segment, EncodeSet::path);
      return;
    }
    if (last) url_.path += '/';
  }

  void take_query_and_fragment() {
    const auto hash = rest_.find('#');
    if (rest_.starts_with('?'))
      append_encoded(url_.query.emplace(), rest_.substr(1, hash == std::string_view::npos ? hash : hash - 1), EncodeSet::query);
    if (hash != std::string_view::npos) append_encoded(url_.fragment.emplace(), rest_.substr(hash + 1), EncodeSet::fragment);
  }

  std::string_view rest_;
  const Url* base_;
  Url& url_;
};

// For a message: never more than a line.
std::string shown(std::string_view link) { return "'" + std::string(link.substr(0, 200)) + (link.size() > 200 ? "...'" : "'"); }

}  // namespace

std::string Url::text() const {
  std::string out;
  out.reserve(scheme.size() + username.size() + password.size() + host.size() + path.size() + (query ? query->size() : 0) +
              (fragment ? fragment->size() : 0) + 16);
  out.append(scheme).append("://");
  if (!username.empty() || !password.empty()) {
    out += username;
    if (!password.empty()) out.append(1, ':').append(password);
    out += '@';
  }
  out += host;
  if (port) out.append(1, ':').append(std::to_string(*port));
  out += path;
  if (query) out.append(1, '?').append(*query);
  if (fragment) out.append(1, '#').append(*fragment);
  return out;
}

ParsedUrl parse_url(std::string_view link, const Url* base) {
  if (link.size() > longest_link) return {std::nullopt, "is longer than 64 KiB"};
  link = trimmed(link);
  std::string whole;
  if (has_breaks(link)) link = whole = without_breaks(link);
  ParsedUrl out;
  out.problem = Parser(link, base, out.url.emplace()).parse();
  if (!out.problem.empty()) out.url.reset();
  return out;
}

Url resolve_or_throw(std::string_view link, const std::string* base) {
  // An absolute link does not care whether its base is any good.
  std::optional<ParsedUrl> parsed_base;
  if (base) parsed_base = parse_url(*base);
  ParsedUrl parsed = parse_url(link, parsed_base && parsed_base->url ? &*parsed_base->url : nullptr);
  if (parsed.url) return *std::move(parsed.url);
  if (parsed_base && !parsed_base->url)
    throw NodeError("bad_url", shown(link) + " has no usable base: " + shown(*base) + " " + std::string(parsed_base->problem));
  throw NodeError("bad_url", shown(link) + " " + std::string(parsed.problem));
}

}  // namespace headrace
