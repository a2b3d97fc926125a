#include "nodes/poll/api/url_template.hpp"

#include <algorithm>

#include "nodes/url/url.hpp"

namespace headrace::api {

TextTemplate::TextTemplate(std::string_view text) : text_(text), pieces_(split_braces(text)) {}

std::optional<std::string> TextTemplate::expand(const Values& values) const {
  std::string out;
  for (const Piece& piece : pieces_) {
    if (!piece.in_braces) {
      out += piece.text;
      continue;
    }
    const auto value = values(piece.text);
    if (!value) return std::nullopt;
    out += *value;
  }
  return out;
}

std::vector<std::string> TextTemplate::names() const {
  std::vector<std::string> out;
  for (const Piece& piece : pieces_)
    if (piece.in_braces) out.push_back(piece.text);
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF", plain = "-._~";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool alphanumeric = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
    if (alphanumeric || plain.find(c) != std::string_view::npos) out += c;
    else out += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

std::string with_query(const std::string& url, std::string_view name, std::string_view value) {
  const std::size_t mark = url.find('?');
  std::string out = url.substr(0, mark);
  char separator = '?';
  std::string_view rest = mark == std::string::npos ? std::string_view() : std::string_view(url).substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (pair.substr(0, pair.find('=')) == name) continue;
    out.append(1, std::exchange(separator, '&')).append(pair);
  }
  return out.append(1, separator).append(name).append("=").append(percent_encode(value));
}

namespace {

std::optional<Url> server_of(std::string_view text) {
  const std::string link = text.find("://") == std::string_view::npos ? "https://" + std::string(text) : std::string(text);
  auto url = parse_url(link).url;
  return url && !url->host.empty() ? std::move(url) : std::nullopt;
}

std::string origin_text(const Url& url) { return url.scheme + "://" + url.host + (url.port ? ":" + std::to_string(*url.port) : ""); }

}  // namespace

std::optional<std::string> origin_of(std::string_view text) {
  const auto url = server_of(text);
  return url ? std::optional(origin_text(*url)) : std::nullopt;
}

std::optional<std::string> base_of(std::string_view text) {
  const auto url = server_of(text);
  if (!url) return std::nullopt;
  std::string path = url->path;
  while (path.ends_with('/')) path.pop_back();
  return origin_text(*url) + path;
}

}  // namespace headrace::api
