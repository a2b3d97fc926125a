// An HttpClient that answers from a script and writes down what it was asked.
#pragma once
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "nodes/fetch/http_client.hpp"

namespace headrace::testing {

class FakeHttp final : public HttpClient {
 public:
  static HttpResponse response(std::string url, int status, std::vector<HttpHeader> headers, std::string body) {
    HttpResponse out;
    out.url = std::move(url);
    out.status = status;
    out.headers = std::move(headers);
    out.body = std::move(body);
    return out;
  }
  // The answers of a URL, one after another; the last one is given again and again.
  FakeHttp& answer(const std::string& url, HttpResult result) {
    script_[url].push_back(std::move(result));
    return *this;
  }
  FakeHttp& feed(const std::string& url, std::string body, std::vector<HttpHeader> headers = {}) {
    return answer(url, response(url, 200, std::move(headers), std::move(body)));
  }
  FakeHttp& status(const std::string& url, int status, std::vector<HttpHeader> headers = {}) {
    return answer(url, response(url, status, std::move(headers), ""));
  }
  // Holds the answers back until release(), which gives them in the reverse order, on a thread of its own.
  void hold() { holding_ = true; }
  void release() {
    std::vector<std::pair<HttpHandlers, HttpResult>> held;
    {
      const std::scoped_lock lock(mutex_);
      holding_ = false;
      held.swap(held_);
    }
    std::jthread([&] {
      for (auto it = held.rbegin(); it != held.rend(); ++it) it->first.done(std::move(it->second));
    });
  }

  void get(HttpRequest request, HttpHandlers handlers) override {
    std::unique_lock lock(mutex_);
    auto& answers = script_.at(request.url);
    HttpResult result = answers.front();
    if (answers.size() > 1) answers.pop_front();
    requests_.push_back(std::move(request));
    if (holding_) return static_cast<void>(held_.emplace_back(std::move(handlers), std::move(result)));
    lock.unlock();
    handlers.done(std::move(result));
  }

  std::vector<HttpRequest> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }
  static std::string header(const HttpRequest& request, std::string_view name) {
    for (const HttpHeader& each : request.headers)
      if (each.name == name) return each.value;
    return "";
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::deque<HttpResult>> script_;
  std::vector<HttpRequest> requests_;
  std::vector<std::pair<HttpHandlers, HttpResult>> held_;
  bool holding_ = false;
};

}  // namespace headrace::testing
