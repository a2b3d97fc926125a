#include "nodes/poll/feed/declared_entities.hpp"

#include <algorithm>

namespace headrace::feed {

namespace {

constexpr std::string_view blanks = " \t\r\n\f";

// The word at the front of `text`, which moves behind it and the blanks after it.
std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find_first_of(blanks));
  text.remove_prefix(word.size());
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return word;
}

}  // namespace

void DeclaredEntities::read(std::string_view subset) {
  constexpr std::string_view opening = "<!ENTITY";
  for (auto at = subset.find(opening); at != std::string_view::npos && entities_.size() < max_entities; at = subset.find(opening, at)) {
    std::string_view rest = subset.substr(at += opening.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
    const std::string_view name = take_word(rest);  // "%" of a parameter entity, whose value then is no quote
    if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) continue;
    const auto end = rest.find(rest.front(), 1);
    if (end == std::string_view::npos) return;
    if (end - 1 <= max_length && !find(name)) entities_.push_back({name, rest.substr(1, end - 1)});  // the first declaration counts
    at = static_cast<std::size_t>(rest.data() + end - subset.data());
  }
}

const DeclaredEntities::Entity* DeclaredEntities::find(std::string_view name) const {
  for (const Entity& each : entities_)
    if (each.name == name) return &each;
  return nullptr;
}

std::string DeclaredEntities::replaced(std::string_view text) {
  constexpr std::size_t longest_name = 64;
  std::string out;
  for (std::size_t at; (at = text.find('&')) != std::string_view::npos;) {
    out += text.substr(0, at);
    const auto length = text.substr(at + 1, longest_name).find(';');
    const Entity* entity = length == std::string_view::npos ? nullptr : find(text.substr(at + 1, length));
    if (entity && growth_ + entity->value.size() <= max_growth) {
      growth_ += entity->value.size();
      out += entity->value;
      text.remove_prefix(at + 1 + length + 1);
    } else {
      out += '&';
      text.remove_prefix(at + 1);
    }
  }
  return out += text;
}

}  // namespace headrace::feed
