// What the header fields of an answer say. They were written by a stranger: every function takes any text, in linear time.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/fetch/http_client.hpp"

namespace headrace {

// "X-Note:  a b \r\n" is {"x-note", "a b"}; a line without a colon is no field.
std::optional<HttpHeader> parse_header_line(std::string_view line);

const std::string* find_header(const std::vector<HttpHeader>& headers, std::string_view lower_case_name);

// "Text/HTML; charset=utf-8" is "text/html".
std::string media_type(std::string_view content_type);

// Why a body of these headers is not decoded: "is encoded with 'sdch', which is not known". One known coding is taken, and no
// more: honest servers compress once, and each layer multiplies what a few bytes can grow to.
std::optional<std::string> refused_coding(const std::vector<HttpHeader>& headers);

}  // namespace headrace
