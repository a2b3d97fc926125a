#include "nodes/extract/site_name.hpp"

#include <algorithm>

#include "nodes/extract/page_meta.hpp"
#include "nodes/url/registrable_domain.hpp"

namespace headrace {

namespace {

constexpr std::size_t max_parts = 12;         // of a title; the last one has the rest
constexpr std::size_t max_site_words = 4;     // of a part that only contains the site's name
constexpr std::size_t least_letters = 3;      // of a name that is looked for inside of others
constexpr std::size_t least_start = 5;        // letters of a text that the site's name begins with
constexpr std::size_t max_guessed_words = 4;  // of a last part that is taken for the site's name unseen

std::size_t words_in(std::string_view text) {
  std::size_t words = 0;
  for (std::size_t i = 0; i < text.size(); ++i) words += text[i] != ' ' && (i == 0 || text[i - 1] == ' ');
  return words;
}

std::string_view without_article(std::string_view letters) {
  return letters.starts_with("the") && letters.size() > 5 ? letters.substr(3) : letters;
}

// "The New York Times" is tnyt; "nytimes" begins with the initials of all words but the last, which it ends with.
bool abbreviates(std::string_view label, std::string_view name) {
  std::string initials;
  std::string_view last;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find(' ', at), name.size());
    if (end > at) last = name.substr(at, end - at), initials += lower_ascii(last.substr(0, 1));
    at = end + 1;
  }
  if (initials.size() < 2 || label.size() < 2) return false;
  const std::string short_form = initials.starts_with('t') && lower_ascii(name).starts_with("the ") ? initials.substr(1) : initials;
  if (short_form.empty()) return false;
  return label == initials || label == short_form || label == short_form.substr(0, short_form.size() - 1) + letters_of(last);
}

constexpr std::string_view separators[] = {
    " | ", " - ", " \xE2\x80\x93 ", " \xE2\x80\x94 ", " :: ", " \xC2\xBB ", " \xC2\xB7 ", " \xE2\x80\xA2 ", " « ", " › ", " ‹ ", " ｜ ",
    "｜",  "丨"};
constexpr std::string_view chinese_separator = "_";  // in titles of such letters; elsewhere it joins words

}  // namespace

std::string letters_of(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (text.substr(i, 2) == "\xE2\x80") i += 2;  // dashes, quotes, ellipses
    else if (c >= 'A' && c <= 'Z') out += static_cast<char>(c + 32);
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80) out += c;
  }
  return out;
}

std::vector<std::string_view> title_parts(std::string_view title) {
  std::vector<std::string_view> parts;
  const bool chinese = std::any_of(title.begin(), title.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xE3; });
  while (true) {
    std::size_t cut = title.npos, width = 0;
    for (const auto separator : separators)
      if (const std::size_t at = title.find(separator); at < cut) cut = at, width = separator.size();
    if (chinese)
      if (const std::size_t at = title.find(chinese_separator); at < cut) cut = at, width = chinese_separator.size();
    if (parts.size() + 1 == max_parts) cut = title.npos;
    parts.push_back(title.substr(0, cut));
    if (cut == title.npos) return parts;
    title.remove_prefix(cut + width);
  }
}

SiteName::SiteName(std::string_view host, std::vector<std::string> names) {
  if (host.starts_with("www.")) host.remove_prefix(4);
  const std::string_view domain = registrable_domain(host);
  host_ = letters_of(domain.substr(0, domain.find('.')));
  letters_ = {host_, letters_of(domain), letters_of(host)};
  for (const std::string& name : names) letters_.push_back(letters_of(name));
  std::erase_if(letters_, [](const std::string& each) { return each.empty(); });
}

bool SiteName::named_by(std::string_view text) const {
  const std::string letters = letters_of(text);
  if (letters.empty()) return true;
  const std::string_view bare = without_article(letters);
  for (const std::string& name : letters_) {
    if (bare == without_article(name)) return true;
    if (words_in(text) > max_site_words) continue;
    const std::string_view known = without_article(name);
    if (known.size() >= least_letters && (bare.starts_with(known) || bare.ends_with(known))) return true;
    if (bare.size() >= least_start && 2 * bare.size() >= known.size() && known.starts_with(bare)) return true;
  }
  return !host_.empty() && abbreviates(host_, text);
}

std::string SiteName::removed_from(std::string_view title) const {
  auto parts = title_parts(title);
  while (parts.size() > 1 && named_by(parts.back())) parts.pop_back();
  while (parts.size() > 1 && named_by(parts.front())) parts.erase(parts.begin());
  const char* end = parts.back().data() + parts.back().size();
  return std::string(parts.front().data(), end);
}

std::optional<std::string> SiteName::found_in(std::string_view title) const {
  const auto parts = title_parts(title);
  if (parts.size() < 2) return {};
  for (const std::string_view part : {parts.back(), parts.front()})
    if (!part.empty() && words_in(part) <= max_guessed_words && named_by(part)) return std::string(part);
  return {};
}

}  // namespace headrace
