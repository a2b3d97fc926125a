// A page of stories as one HTML file that needs nothing else: no script, no font, no style sheet; at most images.
//
//   write(story_page({.title = "News", .documents = documents}));
//
// A pure function: the same documents, in any order, give the same bytes. Every text is escaped, only http and https become
// links, and a Content-Security-Policy forbids the browser every request but those for images.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "nodes/values.hpp"

namespace headrace {

struct PageDocument {
  std::string id, story;  // the story's id is that of its first document, which gives the headline
  std::string url, title, summary, language;
  std::string image;  // a data: or http(s) URL; empty: none
  std::optional<Time> published;
  std::vector<Topic> topics;
};

struct StoryPage {
  std::string title;
  std::vector<PageDocument> documents;
};

std::string story_page(StoryPage page);
std::string data_url(std::string_view media_type, std::string_view bytes);

}  // namespace headrace
