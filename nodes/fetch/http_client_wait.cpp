#include <condition_variable>
#include <mutex>

#include "nodes/fetch/http_client.hpp"

namespace headrace {

HttpResult get_and_wait(HttpClient& client, HttpRequest request, std::stop_token stop) {
  struct Answer {
    std::mutex mutex;
    std::condition_variable_any arrived;
    std::optional<HttpResult> result;
  };
  // Shared: after a stop the answer may come when nobody waits any more.
  const auto answer = std::make_shared<Answer>();
  client.get(std::move(request), {.done = [answer](HttpResult result) {
               const std::lock_guard lock(answer->mutex);
               answer->result = std::move(result);
               answer->arrived.notify_one();
             }});
  std::unique_lock lock(answer->mutex);
  if (!answer->arrived.wait(lock, stop, [&] { return answer->result.has_value(); }))
    return Failure{"cancelled", "stopped while waiting for an answer"};
  return *std::move(answer->result);
}

}  // namespace headrace
