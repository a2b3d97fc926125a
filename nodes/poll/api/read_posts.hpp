// An answer of an API to posts, and posts to shares.
//
//   const AnswerReader reader(description);
//   ReadAnswer page = reader.read(checked_json(response, description, now).root(), response.url);
//
// Pure; any thread.
#pragma once
#include "nodes/fetch/http_client.hpp"
#include "nodes/poll/api/description.hpp"
#include "nodes/values.hpp"

namespace headrace::api {

struct Post {
  std::string id;
  std::vector<Share> shares;  // one for each article that it links to
};

struct ReadAnswer {
  std::vector<Post> posts;   // in the order of the answer
  std::size_t nameless = 0;  // items without an id: no posts
};

// The JSON of an answer. Throws NodeError: http_status, with the words of the API; rate_limit; not_json.
JsonDocument checked_json(const HttpResponse& response, const Description& description, Time now);

class AnswerReader {
 public:
  explicit AnswerReader(const Description& description) : api_(&description) {}  // which must outlive it

  // Throws NodeError no_posts when there is no list at `items`. `url` is where the answer came from.
  ReadAnswer read(const ValueView& answer, const std::string& url) const;
  std::vector<std::string> read_ids(const ValueView& answer) const;
  // The post of an item; without shares when it is to be skipped, without an id when it has none. Nothing for what is no object.
  std::optional<Post> read_post(const ValueView& item, const std::string& url) const;
  std::optional<std::string> cursor(const ValueView& answer) const;  // of the older page

 private:
  ValueView list_of(const ValueView& answer) const;
  bool is_skipped(const ValueView& item) const;
  std::vector<std::string> links(const ValueView& item) const;
  std::optional<std::string> said(const ValueView& item) const;
  const Description* api_;
};

}  // namespace headrace::api
