#include "nodes/fetch/http_headers.hpp"

#include <algorithm>
#include <array>

namespace headrace {

namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c |= 32;
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Takes what stands before the next of `ends`, and that one, off the front of `text`.
std::string_view take_until(std::string_view& text, std::string_view ends) {
  const auto end = std::min(text.find_first_of(ends), text.size());
  const std::string_view out = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return out;
}

}  // namespace

std::optional<HttpHeader> parse_header_line(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  return HttpHeader{lower_case(trimmed(line.substr(0, colon))), std::string(trimmed(line.substr(colon + 1)))};
}

const std::string* find_header(const std::vector<HttpHeader>& headers, std::string_view lower_case_name) {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const HttpHeader& header) { return header.name == lower_case_name; });
  return found == headers.end() ? nullptr : &found->value;
}

std::string media_type(std::string_view content_type) {
  std::string out = lower_case(content_type.substr(0, content_type.find(';')));
  std::erase_if(out, [](char c) { return blanks.find(c) != std::string_view::npos; });
  return out;
}

std::optional<std::string> refused_coding(const std::vector<HttpHeader>& headers) {
  constexpr std::array<std::string_view, 5> known = {"gzip", "x-gzip", "deflate", "br", "zstd"};
  int codings = 0;
  for (const HttpHeader& header : headers) {
    if (header.name != "content-encoding" && header.name != "transfer-encoding") continue;
    for (std::string_view rest = header.value; !rest.empty();) {
      const std::string coding = lower_case(trimmed(take_until(rest, ",")));
      if (coding.empty() || coding == "identity" || coding == "none" || coding == "chunked") continue;
      if (std::find(known.begin(), known.end(), coding) == known.end())
        return "is encoded with '" + coding.substr(0, 60) + "', which is not known";
      if (++codings > 1) return "is encoded more than once ('" + header.value.substr(0, 60) + "')";
    }
  }
  return {};
}

}  // namespace headrace
