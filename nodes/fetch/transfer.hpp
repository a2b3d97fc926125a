// One request on the wire: a libcurl handle, what has come over it, and the limits of that. Used by Transfers only.
#pragma once
#include <curl/curl.h>

#include <memory>
#include <unordered_set>

#include "nodes/fetch/transfers.hpp"

namespace headrace {

struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using EasyHandle = std::unique_ptr<CURL, EasyCleanup>;

// The connections that transfers have opened; others go on with them. libcurl has more descriptors than these, and closes those
// without a word.
struct Transfers::Sockets {
  IoLoop& io;
  std::unordered_set<curl_socket_t> open{};
};

class Transfers::Transfer {
 public:
  // Sets what is alike for all transfers of a handle.
  static void prepare(CURL* easy, const Options& options, CURLSH* share, Sockets& sockets);

  // `easy` is prepared. `options`, `sockets` and `clock` outlive the transfer.
  Transfer(Id id, const TransferRequest& request, const Options& options, Sockets& sockets, Clock& clock, EasyHandle easy);

  CURL* easy() const { return easy_.get(); }
  Finished finish(CURLcode code);  // when libcurl is done with it
  EasyHandle take_easy();          // after finish(): to be used again

 private:
  struct Callbacks;
  void set_options(const TransferRequest& request);
  void set_headers(const std::vector<HttpHeader>& headers);
  bool take_header(std::string_view line);  // false cuts the transfer off; so do the others
  bool take_body(std::string_view bytes);
  bool has_sent(std::uint64_t encoded);
  std::size_t expected_bytes() const;
  bool may_be_sent();
  bool cut_off(std::string kind, std::string message);
  bool failed_at_http2(CURLcode code) const;
  Failure failure(CURLcode code) const;
  std::string clause(CURLcode code) const;

  struct ListCleanup {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  const Options& options_;
  Sockets& sockets_;
  const Id id_;
  const std::uint64_t max_bytes_;
  const bool head_, cut_, http2_;
  Clock::Busy busy_;
  TransferAnswer answer_;
  std::size_t header_bytes_ = 0;
  int sent_ = 0;                    // how often, by HTTP/2: libcurl repeats what a server has not looked at
  std::optional<Failure> cut_off_;  // why, when it was us
  std::string refused_;             // an address that may not be connected to
  bool connected_to_any_ = false;
  char error_[CURL_ERROR_SIZE] = "";
  std::unique_ptr<curl_slist, ListCleanup> headers_;
  EasyHandle easy_;
};

}  // namespace headrace
