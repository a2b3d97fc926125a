// What a page says of its article in JSON-LD (schema.org), however it is nested.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/extract/steps.hpp"

namespace headrace {

struct JsonLdArticle {
  std::optional<std::string> headline, published, modified, image, publisher, description, language, body, url;
  std::vector<std::string> authors;  // as written; none that says it is an organisation
};

// Scripts that are not JSON are repaired where that is possible, and else passed over. Of several articles the one counts whose
// headline stands in `title`, the page's own title; else the first.
JsonLdArticle read_json_ld(const std::vector<std::string>& scripts, std::string_view title, Steps& steps);

}  // namespace headrace
