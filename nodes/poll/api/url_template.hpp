// Addresses and headers with parameters in braces.
//
//   UrlTemplate("{instance}/api/v1/timelines/tag/{tag}").expand(values)   // "https://social.example/api/v1/timelines/tag/news"
//
// Values are immutable; any thread.
#pragma once
#include <functional>

#include "nodes/poll/api/json_path.hpp"

namespace headrace::api {

class TextTemplate {
 public:
  // What a parameter stands for, as it is to be written; nothing when it has no value.
  using Values = std::function<std::optional<std::string>(const std::string& name)>;
  TextTemplate() = default;
  explicit TextTemplate(std::string_view text);                   // throws BadSyntax
  std::optional<std::string> expand(const Values& values) const;  // nothing when a value is missing
  std::vector<std::string> names() const;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<Piece> pieces_;
};

std::string percent_encode(std::string_view text);  // everything but letters, digits and -._~

// `url` with one more parameter in its query, or with another value for it.
std::string with_query(const std::string& url, std::string_view name, std::string_view value);

// "social.example" is "https://social.example"; a scheme is kept, what follows the host and port is cut off. Nothing when it is no
// address of a host.
std::optional<std::string> origin_of(std::string_view text);
std::optional<std::string> base_of(std::string_view text);  // with its path, but without a slash at the end

}  // namespace headrace::api

namespace headrace {
HEADRACE_TEXT_CODEC(api::TextTemplate, "text with {parameters}");
}  // namespace headrace
