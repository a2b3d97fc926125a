// Servers of social sites that are made up: an HttpClient whose timelines tests add posts to.
//
//   FakeApi api(FakeApi::Paging::older, 5);     // five posts an answer
//   api.post(12);                               // ids 1 to 12, each with a link
//   TestNode("poll_api", ...).use<HttpClient>("http", ...)
#pragma once
#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "nodes/fetch/http_client.hpp"
#include "tests/nodes/poll/fake_http.hpp"

namespace headrace::testing {

class FakeApi final : public HttpClient {
 public:
  enum class Paging { newer, older, number, ids };
  FakeApi(Paging paging, std::size_t page) : paging_(paging), page_(page) {}

  void post(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) ids_.push_back(++last_);
  }
  void remove(std::size_t index) { ids_.erase(ids_.begin() + static_cast<std::ptrdiff_t>(index)); }
  void fail_next(HttpResult result) { failures_.push_back(std::move(result)); }
  const std::vector<std::size_t>& ids() const { return ids_; }
  const std::vector<HttpRequest>& requests() const { return requests_; }
  std::string description() const {
    const std::string head = "api: fake\nurl: https://fake.example/posts\npost: {id: id, link: url}\n";
    switch (paging_) {
      case Paging::newer: return head + "newer: {parameter: after}\n";
      case Paging::older: return head + "items: posts\nolder: {parameter: cursor, from: next}\n";
      case Paging::number: return head + "items: posts\nolder: {parameter: page, count: 1}\n";
      case Paging::ids: return head + "item: \"https://fake.example/item/{id}\"\n";
    }
    return head;
  }

  void get(HttpRequest request, HttpHandlers handlers) override {
    HttpResult result = failures_.empty() ? answer(request.url) : std::move(failures_.front());
    if (!failures_.empty()) failures_.erase(failures_.begin());
    requests_.push_back(std::move(request));
    handlers.done(std::move(result));
  }

 private:
  static std::string json(std::size_t id) {
    return "{\"id\":" + std::to_string(id) + ",\"url\":\"https://news.example/" + std::to_string(id) + "\"}";
  }
  static std::size_t number(const std::string& url, const std::string& name, std::size_t missing) {
    const std::size_t at = url.find(name + "=");
    return at == std::string::npos ? missing : std::stoul(url.substr(at + name.size() + 1));
  }
  static std::string list(const std::vector<std::size_t>& newest_first, auto write) {
    std::string out = "[";
    for (const std::size_t id : newest_first) out += (out.size() > 1 ? "," : "") + write(id);
    return out + "]";
  }

  HttpResult answer(const std::string& url) const {
    const std::string item = "https://fake.example/item/";
    if (url.starts_with(item)) {
      const std::size_t id = std::stoul(url.substr(item.size()));
      const bool there = std::find(ids_.begin(), ids_.end(), id) != ids_.end();
      return FakeHttp::response(url, 200, {}, there ? json(id) : "null");
    }
    const std::vector<std::size_t> newest_first(ids_.rbegin(), ids_.rend());
    switch (paging_) {
      case Paging::newer: return FakeHttp::response(url, 200, {}, list(newer(newest_first, number(url, "after", 0), url), json));
      case Paging::older: {
        const std::vector<std::size_t> page = older(newest_first, number(url, "cursor", last_ + 1));
        const bool more = !page.empty() && page.back() != ids_.front();
        return FakeHttp::response(
            url, 200, {}, "{\"posts\":" + list(page, json) + (more ? ",\"next\":\"" + std::to_string(page.back()) + "\"" : "") + "}");
      }
      case Paging::number: {
        const std::size_t first = std::min((number(url, "page", 1) - 1) * page_, newest_first.size());
        const std::size_t end = std::min(first + page_, newest_first.size());
        return FakeHttp::response(
            url, 200, {},
            "{\"posts\":" +
                list({newest_first.begin() + static_cast<std::ptrdiff_t>(first), newest_first.begin() + static_cast<std::ptrdiff_t>(end)},
                     json) +
                "}");
      }
      case Paging::ids: return FakeHttp::response(url, 200, {}, list(newest_first, [](std::size_t id) { return std::to_string(id); }));
    }
    return Failure{"bad_url", url, false};
  }

  // The oldest page of what is newer, newest first; without a cursor the newest page.
  std::vector<std::size_t> newer(std::vector<std::size_t> newest_first, std::size_t after, const std::string& url) const {
    std::erase_if(newest_first, [&](std::size_t id) { return id <= after; });
    const std::size_t size = std::min(page_, newest_first.size());
    if (url.find("after=") == std::string::npos) newest_first.resize(size);
    else newest_first.erase(newest_first.begin(), newest_first.end() - static_cast<std::ptrdiff_t>(size));
    return newest_first;
  }
  std::vector<std::size_t> older(std::vector<std::size_t> newest_first, std::size_t before) const {
    std::erase_if(newest_first, [&](std::size_t id) { return id >= before; });
    newest_first.resize(std::min(page_, newest_first.size()));
    return newest_first;
  }

  Paging paging_;
  std::size_t page_, last_ = 0;
  std::vector<std::size_t> ids_;  // oldest first
  std::vector<HttpResult> failures_;
  std::vector<HttpRequest> requests_;
};

}  // namespace headrace::testing
