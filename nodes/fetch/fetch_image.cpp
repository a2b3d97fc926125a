// The lead image of an article, for sinks that show it.
//
//   picture: {node: fetch_image, max_bytes: 64KiB, on_error: absent}
//
// An article without an image gives an empty picture: that is no failure. Anything that is no image fails as unsupported_type.
#include "core/node.hpp"
#include "nodes/fetch/http_client.hpp"
#include "nodes/keys.hpp"

namespace headrace {
namespace {

class FetchImage {
 public:
  struct Config {
    Use<HttpClient> http;
    ByteSize max_bytes{64u << 10};
    Duration transfer_timeout = std::chrono::seconds(10);
    static constexpr auto fields() {
      return std::tuple(field("http", &Config::http, "The client; it decides on delays and connections."),
                        field("max_bytes", &Config::max_bytes, "A larger image fails as too_large."),
                        field("transfer_timeout", &Config::transfer_timeout, "Of the transfer, without the wait for the host's turn."));
    }
  };
  static std::vector<std::string> errors() {
    return {"http_status", "unsupported_type", "refused_address", "too_many_redirects", "bad_url"};
  }

  explicit FetchImage(Config config) : config_(std::move(config)) {}

  void operator()(In<"article"> article, Reply<Picture> reply) const {
    if (!article->image) {
      reply(Picture{});
      return;
    }
    config_.http->get({*article->image, {{"Accept", "image/*"}}, config_.max_bytes, config_.transfer_timeout},
                      {.waiting = [reply] { reply.park(); },
                       .turn = [reply](std::function<void()> go) { reply.ready(std::move(go)); },
                       .done =
                           [reply](HttpResult result) {
                             if (auto* failure = std::get_if<Failure>(&result)) reply.fail(std::move(*failure));
                             else give(reply, std::get<HttpResponse>(std::move(result)));
                           }});
  }

 private:
  static void give(const Reply<Picture>& reply, HttpResponse response) {
    const std::string* type = response.header("content-type");
    if (response.status >= 400) {
      reply.fail({"http_status", "'" + response.url + "' answered " + std::to_string(response.status),
                  response.status == 429 || response.status >= 500});
    } else if (!type || !type->starts_with("image/")) {
      reply.fail({"unsupported_type", "'" + response.url + "' is no image, but '" + (type ? *type : "of no type") + "'"});
    } else {
      reply({std::move(response.url), Bytes(std::move(response.body)), *type});
    }
  }

  Config config_;
};

}  // namespace
HEADRACE_NODE(FetchImage, "fetch_image", "Fetches the lead image of an article.")
}  // namespace headrace
