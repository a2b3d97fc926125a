#include "nodes/fetch/transfers.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "nodes/fetch/address.hpp"

namespace headrace {

namespace {

constexpr std::size_t most_header_bytes = 256u << 10;

struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c |= 32;
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

long to_milliseconds(Duration duration) {
  return static_cast<long>(std::clamp<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(duration).count(), 1, 1'000'000'000));
}

// What may be otherwise the next time: the network and the server's mood, but not its certificate.
bool is_passing(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_AGAIN: return true;
    default: return false;
  }
}

}  // namespace

struct Transfers::Transfer {
  Transfer(Transfers& owner, Id id, const TransferRequest& request)
      : owner(owner), id(id), max_bytes(request.max_bytes), busy(owner.services_.clock) {}

  Transfers& owner;
  const Id id;
  const std::uint64_t max_bytes;
  Clock::Busy busy;
  TransferAnswer answer;
  std::size_t header_bytes = 0;
  std::string too_large;  // what was, when the transfer was cut off for it
  std::string refused;    // an address that may not be connected to
  bool connected_to_any = false;
  char error[CURL_ERROR_SIZE] = "";
  std::unique_ptr<curl_slist, ListCleanup> headers;
  std::unique_ptr<CURL, EasyCleanup> easy{curl_easy_init()};

  Failure failure(CURLcode code) const {
    if (!too_large.empty()) return {"too_large", too_large};
    if (code == CURLE_FILESIZE_EXCEEDED) return {"too_large", body_limit()};
    // libcurl takes no single header above 100 KiB, and calls that a lack of memory.
    if (code == CURLE_OUT_OF_MEMORY && header_bytes > 0 && answer.body.empty()) return {"too_large", "a header is larger than 100 KiB"};
    if (code == CURLE_OPERATION_TIMEDOUT) return {"timeout", clause(code), true};
    if (!refused.empty() && !connected_to_any)
      return {"refused_address", refused + " is no public address; the http client connects to it only with allow_private: true"};
    return {"unavailable", clause(code), is_passing(code)};
  }
  std::string clause(CURLcode code) const {
    const std::string_view words = error[0] ? error : curl_easy_strerror(code);
    return lower_case(words.substr(0, 1)) + std::string(words.substr(1));
  }
  std::string body_limit() const { return "the body is larger than " + std::to_string(max_bytes) + " bytes"; }
};

// What libcurl calls. None of it may throw, and none of it may answer anybody.
struct Transfers::Callbacks {
  static std::size_t header(char* data, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::string_view line(data, size);
    transfer.header_bytes += size;
    if (transfer.header_bytes > most_header_bytes) return transfer.too_large = "the headers are larger than 256 KiB", 0;
    if (line.starts_with("HTTP/")) transfer.answer.headers.clear();  // what came before was an interim answer
    else if (const auto colon = line.find(':'); colon != std::string_view::npos)
      transfer.answer.headers.push_back({lower_case(trimmed(line.substr(0, colon))), std::string(trimmed(line.substr(colon + 1)))});
    return size;
  }

  static std::size_t body(char* data, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.answer.body.size() + size > transfer.max_bytes) return transfer.too_large = transfer.body_limit(), 0;
    transfer.answer.body.append(data, size);
    return size;
  }

  // The address is the one that is connected to, so no game with DNS gets around this.
  static curl_socket_t open(void* self, curlsocktype, curl_sockaddr* address) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (!transfer.owner.options_.allow_private && !is_public(address->addr))
      return transfer.refused = address_text(address->addr), CURL_SOCKET_BAD;
    transfer.connected_to_any = true;
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  static int watch(CURL*, curl_socket_t socket, int what, void* self, void*) {
    auto& transfers = *static_cast<Transfers*>(self);
    IoLoop& io = transfers.services_.io;
    if (what == CURL_POLL_REMOVE) return io.unwatch(socket), 0;
    const unsigned events = (what & CURL_POLL_IN ? IoLoop::readable : 0) | (what & CURL_POLL_OUT ? IoLoop::writable : 0);
    try {
      io.watch(socket, events, [&transfers, socket](unsigned seen) {
        transfers.act(socket, (seen & IoLoop::readable ? CURL_CSELECT_IN : 0) | (seen & IoLoop::writable ? CURL_CSELECT_OUT : 0) |
                                  (seen & IoLoop::failed ? CURL_CSELECT_ERR : 0));
      });
      return 0;
    } catch (const std::exception&) {
      return -1;  // libcurl then fails the transfer
    }
  }

  static int set_timer(CURLM*, long milliseconds, void* self) {
    itimerspec when{};
    if (milliseconds >= 0) {
      when.it_value.tv_sec = milliseconds / 1000;
      when.it_value.tv_nsec = milliseconds % 1000 * 1'000'000;
      if (milliseconds == 0) when.it_value.tv_nsec = 1;  // zero would disarm it
    }
    return ::timerfd_settime(static_cast<Transfers*>(self)->timer_, 0, &when, nullptr);
  }
};

Transfers::Transfers(Options options, Services& services, Deliver deliver)
    : options_(std::move(options)),
      services_(services),
      deliver_(std::move(deliver)),
      multi_(curl_multi_init()),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  if (!multi_ || timer_ < 0) throw std::system_error(errno, std::generic_category(), "the http client cannot start");
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, Callbacks::watch);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, Callbacks::set_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.connections));
  services_.io.watch(timer_, IoLoop::readable, [this](unsigned) {
    std::uint64_t count;
    if (::read(timer_, &count, sizeof count) == sizeof count) act(CURL_SOCKET_TIMEOUT, 0);
  });
}

Transfers::~Transfers() {
  for (const auto& [easy, transfer] : transfers_) curl_multi_remove_handle(multi_, easy);
  transfers_.clear();
  curl_multi_cleanup(multi_);
  services_.io.unwatch(timer_);
  ::close(timer_);
}

std::optional<Failure> Transfers::start(Id id, const TransferRequest& request) {
  auto transfer = std::make_unique<Transfer>(*this, id, request);
  CURL* const easy = transfer->easy.get();
  if (!easy) return Failure{"unavailable", "out of memory", true};
  for (const auto& [name, value] : request.headers) {
    if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) continue;  // it would smuggle in another header
    curl_slist* longer = curl_slist_append(transfer->headers.get(), (name + (value.empty() ? ";" : ": " + value)).c_str());
    if (!longer) return Failure{"unavailable", "out of memory", true};
    transfer->headers.release();
    transfer->headers.reset(longer);
  }
  const auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");  // not even by the environment: the address check would see the proxy's
  set(CURLOPT_HTTPHEADER, transfer->headers.get());
  set(CURLOPT_USERAGENT, options_.user_agent.c_str());
  set(CURLOPT_ACCEPT_ENCODING, "");  // all that libcurl can decode
  set(CURLOPT_CONNECTTIMEOUT_MS, to_milliseconds(options_.connect_timeout));
  set(CURLOPT_TIMEOUT_MS, to_milliseconds(request.timeout));
  if (request.head) set(CURLOPT_NOBODY, 1L);
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(std::min<std::uint64_t>(request.max_bytes, 1ull << 62)));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // or the end of a transfer waits for its DNS thread
  set(CURLOPT_ERRORBUFFER, transfer->error);
  set(CURLOPT_HEADERFUNCTION, Callbacks::header);
  set(CURLOPT_HEADERDATA, transfer.get());
  set(CURLOPT_WRITEFUNCTION, Callbacks::body);
  set(CURLOPT_WRITEDATA, transfer.get());
  set(CURLOPT_OPENSOCKETFUNCTION, Callbacks::open);
  set(CURLOPT_OPENSOCKETDATA, transfer.get());
  if (const CURLMcode code = curl_multi_add_handle(multi_, easy); code != CURLM_OK)
    return Failure{"unavailable", curl_multi_strerror(code), true};
  transfers_.emplace(easy, std::move(transfer));
  return {};
}

void Transfers::act(curl_socket_t socket, int events) {
  int running = 0, left = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  std::vector<Finished> finished;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left))
    if (message->msg == CURLMSG_DONE) finished.push_back(finish(message->easy_handle, message->data.result));
  if (finished.empty()) return;
  const Deliver deliver = deliver_;  // a copy: the receiver may destroy this
  deliver(std::move(finished));
}

Transfers::Finished Transfers::finish(CURL* easy, CURLcode code) {
  const auto transfer = std::move(transfers_.extract(easy).mapped());
  curl_multi_remove_handle(multi_, easy);
  if (code != CURLE_OK) return {transfer->id, transfer->failure(code), std::move(transfer->busy)};
  long status = 0;
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &microseconds);
  transfer->answer.status = static_cast<int>(status);
  transfer->answer.took = std::chrono::microseconds(microseconds);
  return {transfer->id, std::move(transfer->answer), std::move(transfer->busy)};
}

}  // namespace headrace
