#include "nodes/url/refresh.hpp"

#include "nodes/url/page_links.hpp"

namespace headrace {

namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// "0; URL='https://example.org/'" leads to https://example.org/.
std::optional<std::string> target_of_content(std::string_view content) {
  const auto mark = content.find_first_of(";,");
  if (mark == std::string_view::npos) return {};
  content.remove_prefix(mark + 1);
  while (!content.empty() && is_blank(content.front())) content.remove_prefix(1);
  if (content.size() >= 3 && (content[0] | 32) == 'u' && (content[1] | 32) == 'r' && (content[2] | 32) == 'l') {
    content.remove_prefix(3);
    while (!content.empty() && (is_blank(content.front()) || content.front() == '=')) content.remove_prefix(1);
  }
  if (content.starts_with('"') || content.starts_with('\'')) {
    const char quote = content.front();
    content.remove_prefix(1);
    content = content.substr(0, content.find(quote));
  }
  while (!content.empty() && is_blank(content.back())) content.remove_suffix(1);
  return content.empty() ? std::nullopt : std::optional(std::string(content));
}

// The string literal that a script begins with; a backslash stands for what follows it, as it does before slashes and quotes.
std::optional<std::string> literal(std::string_view script) {
  if (script.empty() || (script.front() != '"' && script.front() != '\'')) return {};
  std::string out;
  for (std::size_t i = 1; i < script.size() && script[i] != '\n'; ++i) {
    if (script[i] == script.front()) return out.empty() ? std::nullopt : std::optional(std::move(out));
    if (script[i] == '\\' && ++i == script.size()) return {};
    out += script[i];
  }
  return {};
}

}  // namespace

std::optional<std::string> refresh_target(std::string_view html) {
  for (const std::string& content : read_page_links(html).refresh)
    if (auto target = target_of_content(content)) return target;
  constexpr std::string_view call = "location.replace(";
  for (auto at = html.find(call); at != std::string_view::npos; at = html.find(call, at + 1))
    if (auto target = literal(html.substr(at + call.size(), 4096))) return target;
  return {};
}

}  // namespace headrace
