// What poll_api knows of an API: a YAML file that says where posts are, what of a post is a link, and how one gets to the next page.
// docs/social.md explains it line by line; nodes/poll/apis/ has those that Headrace knows by name.
//
//   api: lemmy
//   parameters: {instance: {origin: true}, community: {about: "Of one community."}}
//   url: "{instance}/api/v3/post/list?sort=New&community_name={community}"
//   items: posts
//   post: {id: post.id, link: post.url, published: post.published, author: creator.name}
//   older: {parameter: page_cursor, from: next_page}
//
// Descriptions are values; any thread.
#pragma once
#include <map>

#include "core/graph/diagnostic.hpp"
#include "nodes/poll/api/json_path.hpp"
#include "nodes/poll/api/url_template.hpp"

namespace headrace {
struct ParsedConfig;
}

namespace headrace::api {

struct Parameter {
  std::optional<std::string> about, value;
  bool origin = false, base = false, secret = false;
  static constexpr auto fields() {
    return std::tuple(field("about", &Parameter::about, "What it is, for people."),
                      field("default", &Parameter::value, "Its value where a timeline gives none."),
                      field("origin", &Parameter::origin, "It names a server: 'social.example' stands for 'https://social.example'."),
                      field("base", &Parameter::base, "The same, and the path on it below which the API is counts as well."),
                      field("secret", &Parameter::secret, "It is never shown."));
  }
};

// Where things are in one post. Lists are alternatives, best first; of `link`, `html` and `markdown` all are taken.
struct PostPaths {
  OneOrMore<Expression> id, link, html, markdown, author, author_uri, published, permalink, title, text;
  OneOrMore<JsonPath> skip;
  static constexpr auto fields() {
    return std::tuple(
        field("id", &PostPaths::id, "Its name, the same for ever.", required()), field("link", &PostPaths::link, "Addresses of articles."),
        field("html", &PostPaths::html, "Markup whose anchors lead to articles; mentions and hashtags are left out."),
        field("markdown", &PostPaths::markdown, "Markdown whose links lead to articles."),
        field("author", &PostPaths::author, "Who posted it."), field("author_uri", &PostPaths::author_uri, "The page of that person."),
        field("published", &PostPaths::published, "When: a date, or seconds, milli- or microseconds since 1970."),
        field("permalink", &PostPaths::permalink, "Where people can read it."),
        field("title", &PostPaths::title, "Its headline, plain text."),
        field("text", &PostPaths::text, "What was said, plain text or HTML."),
        field("skip", &PostPaths::skip, "A post in which one of these is true is none: deleted, removed."));
  }
};

// Answers with what came after a known post, the oldest of it: nothing can be missed.
struct NewerPages {
  std::string parameter;
  static constexpr auto fields() {
    return std::tuple(field("parameter", &NewerPages::parameter, "Takes the id of the newest post that is known.", required()));
  }
};

// Answers that lead back in time, page by page.
struct OlderPages {
  std::optional<std::string> parameter, link;
  std::optional<JsonPath> from;
  std::optional<std::int64_t> count;
  static constexpr auto fields() {
    return std::tuple(field("parameter", &OlderPages::parameter, "Takes the cursor of the next page."),
                      field("from", &OlderPages::from, "Where an answer has that cursor."),
                      field("count", &OlderPages::count, "Pages have numbers instead, and this is the first one's.", in_range(0, 1)),
                      field("link", &OlderPages::link, "The Link header has the next page's address, under this relation: next."));
  }
};

struct Limits {
  std::vector<std::string> remaining{"x-ratelimit-remaining", "ratelimit-remaining"}, reset{"x-ratelimit-reset", "ratelimit-reset"};
  std::vector<std::string> errors;
  static constexpr auto fields() {
    return std::tuple(
        field("remaining", &Limits::remaining, "Headers that say how many requests are left."),
        field("reset", &Limits::reset, "Headers that say when there are more: a date, seconds from now, or seconds since 1970."),
        field("errors", &Limits::errors, "Words of an error answer that mean 'too many requests'."));
  }
};

struct Description {
  std::string api;
  std::optional<std::string> about;
  std::map<std::string, Parameter> parameters;
  OneOrMore<TextTemplate> url;
  std::map<std::string, TextTemplate> headers;
  JsonPath items;
  std::optional<TextTemplate> item;
  PostPaths post;
  std::optional<NewerPages> newer;
  std::optional<OlderPages> older;
  Limits limits;
  static constexpr auto fields() {
    return std::tuple(field("api", &Description::api, "Its name: one word.", required()),
                      field("about", &Description::about, "What it is, for people."),
                      field("parameters", &Description::parameters, "What a timeline says besides the API's name."),
                      field("url", &Description::url,
                            "Where the newest posts are; of a list, the first one whose parameters all have values.", required()),
                      field("headers", &Description::headers, "Sent with each request when all their parameters have values."),
                      field("items", &Description::items, "Where an answer has its posts, newest first."),
                      field("item", &Description::item, "The items are ids, and a post is at this address, with its {id}."),
                      field("post", &Description::post, "Where things are in a post.", required()),
                      field("newer", &Description::newer, "How to ask for what came after a post."),
                      field("older", &Description::older, "How to ask for the page before."),
                      field("limits", &Description::limits, "How it tells its limits."));
  }
};

// Reads a description; everything that is wrong with it is in `problems`, and then the description is of no use.
Description read_description(const ParsedConfig& parsed, std::vector<Diagnostic>& problems);

// A name of nodes/poll/apis/, or a file. Throws BadSyntax with every problem and its place, a line each.
Description load_description(const std::string& name_or_path);

bool is_shipped(std::string_view name);
std::vector<std::string> shipped_names();

}  // namespace headrace::api
