// The people of a feed.
#include <algorithm>

#include "nodes/poll/feed/entities.hpp"
#include "nodes/poll/feed/formats.hpp"

namespace headrace::feed {

Person person_of(std::string_view text) {
  Person out;
  const std::string all = collapse_blanks(text);
  const auto at = all.find('@');
  if (at == std::string::npos || at == 0) {
    fill(out.name, all);
    return out;
  }
  constexpr std::string_view borders = " ()<>[],;\"";
  const auto before = all.find_last_of(borders, at);
  const std::size_t first = before == std::string::npos ? 0 : before + 1, end = std::min(all.find_first_of(borders, at), all.size());
  std::string email = all.substr(first, end - first);
  if (same_name(std::string_view(email).substr(0, 7), "mailto:")) email.erase(0, 7);
  std::string name = all.substr(0, first) + all.substr(end);
  name.erase(
      std::remove_if(name.begin(), name.end(), [](char c) { return std::string_view("()<>[]\"").find(c) != std::string_view::npos; }),
      name.end());
  fill(out.email, std::move(email));
  fill(out.name, collapse_blanks(name));
  return out;
}

bool inheritable(const Person& person) {
  constexpr std::size_t most = 500;
  const auto length = [](const std::optional<std::string>& part) { return part ? part->size() : 0; };
  return length(person.name) + length(person.email) + length(person.uri) <= most;
}

Person read_person(FeedCursor& xml) {
  const Content inside = xml.content();
  if (!inside.markup) return person_of(inside.text);
  Person out;
  FeedCursor members(inside.text, xml.base());
  while (members.child(0)) {
    if (members.is("name")) fill(out.name, members.plain());
    else if (members.is("email")) fill(out.email, members.text());
    else if (members.is("uri") || members.is("url") || members.is("homepage")) fill(out.uri, members.resolve(members.text()));
  }
  return out.name || out.email || out.uri ? out : person_of(plain_text(inside.text));
}

}  // namespace headrace::feed
