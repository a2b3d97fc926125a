// Which words name the site and not the article: "Tide | The Coast" on www.the-coast.example.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

// Letters and digits only, in lower case, for comparing what differs in case and punctuation.
std::string letters_of(std::string_view text);

// The parts of "Headline | Section - Site": views into the title.
std::vector<std::string_view> title_parts(std::string_view title);

// Everything that is known of a site's name.
class SiteName {
 public:
  SiteName(std::string_view host, std::vector<std::string> names);
  // "The Guardian", "theguardian.com", "Guardian" and "The Guardian News" name the site of www.theguardian.com.
  bool named_by(std::string_view text) const;
  // The title without leading and trailing parts that name the site, as long as something is left.
  std::string removed_from(std::string_view title) const;
  // The part of the title that names the site, if one does.
  std::optional<std::string> found_in(std::string_view title) const;

 private:
  std::vector<std::string> letters_;  // each name's
  std::string host_;                  // the label that says who: "theguardian"
};

}  // namespace headrace
