// What a page says of its article in JSON-LD (schema.org), however it is nested.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace headrace {

struct JsonLdArticle {
  std::optional<std::string> headline, published, modified, image, publisher, description, language;
  std::vector<std::string> authors;
};

// Scripts that are not JSON are passed over; of several articles the first one counts.
JsonLdArticle read_json_ld(const std::vector<std::string>& scripts);

}  // namespace headrace
