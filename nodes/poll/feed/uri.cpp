#include "nodes/poll/feed/uri.hpp"

#include "nodes/poll/feed/xml_reader.hpp"

namespace headrace::feed {

namespace {

// Length of "https:" in front; 0 without a scheme.
std::size_t scheme_length(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c == ':') return i > 0 ? i + 1 : 0;
    if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'))) return 0;
  }
  return 0;
}

// Where the path of an absolute URL begins.
std::size_t path_start(std::string_view url, std::size_t scheme) {
  if (url.substr(scheme, 2) != "//") return scheme;
  return std::min(url.find_first_of("/?#", scheme + 2), url.size());
}

std::string without_dot_segments(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    if (segment == "/..") out.resize(out.rfind('/') == std::string::npos ? 0 : out.rfind('/'));
    else if (segment != "/.") out += segment;
    if (path.empty() && (segment == "/.." || segment == "/.")) out += '/';
  }
  return out;
}

}  // namespace

bool is_absolute(std::string_view text) { return scheme_length(text) != 0; }

bool is_web_url(std::string_view text) { return same_name(text.substr(0, 7), "http://") || same_name(text.substr(0, 8), "https://"); }

std::string resolve_reference(std::string_view base, std::string_view reference) {
  const std::size_t scheme = scheme_length(base);
  if (scheme == 0 || scheme_length(reference) != 0) return std::string(reference);
  base = base.substr(0, base.find('#'));
  if (reference.empty()) return std::string(base);
  if (reference.starts_with("//")) return std::string(base.substr(0, scheme)).append(reference);
  const std::size_t path = path_start(base, scheme), query = std::min(base.find('?', path), base.size());
  if (reference.front() == '#') return std::string(base).append(reference);
  if (reference.front() == '?') return std::string(base.substr(0, query)).append(reference);
  const std::size_t reference_path = std::min(reference.find_first_of("?#"), reference.size());
  std::string merged;
  if (reference.front() != '/') {
    const std::string_view folder = base.substr(path, query - path);
    merged = folder.empty() ? "/" : folder.substr(0, folder.rfind('/') + 1);
  }
  merged += reference.substr(0, reference_path);
  return std::string(base.substr(0, path)) + without_dot_segments(merged) + std::string(reference.substr(reference_path));
}

}  // namespace headrace::feed
