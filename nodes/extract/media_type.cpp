#include "nodes/extract/media_type.hpp"

#include "core/node.hpp"

namespace headrace {

namespace {

// "text/html; charset=utf-8" is "text/html".
std::string media_type(std::string_view content_type) {
  std::string out;
  for (const char c : content_type.substr(0, content_type.find(';')))
    if (c != ' ' && c != '\t') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

// Servers say text/plain, or nothing, or a word of their own for pages as well; only what is surely something else is refused.
bool may_be_html(std::string_view type) {
  if (type.empty() || type.find('/') == type.npos) return true;
  return type.find("html") != type.npos || type == "text/plain" || type == "text/xml" || type == "application/xml" ||
         type == "application/octet-stream" || type == "application/unknown";
}

}  // namespace

void require_html(const std::optional<std::string>& content_type) {
  if (!content_type) return;
  const std::string type = media_type(*content_type);
  if (may_be_html(type)) return;
  throw NodeError("unsupported_type", "the page is " + type + ", not HTML: send such documents to a node that reads them");
}

}  // namespace headrace
