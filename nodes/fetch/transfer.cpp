#include "nodes/fetch/transfer.hpp"

#include <unistd.h>

#include <algorithm>

#include "nodes/fetch/http_headers.hpp"

namespace headrace {

namespace {

constexpr std::size_t most_header_bytes = 256u << 10;

// A body may grow a hundredfold while it is decoded, from the first MiB on. What libcurl has taken from the socket but not yet
// counted is at most one buffer.
constexpr std::uint64_t highest_ratio = 100, free_of_ratio = 1u << 20, buffer_bytes = 16u << 10;

constexpr curl_off_t most_reserved = 256 << 10;

constexpr int most_sent = 2;

// libcurl 7.88 may stall a connection of HTTP/2 over which 32 MiB have come: it does not always send what its window wants. At a
// polite pace a connection that is a minute old has seen less.
constexpr Duration connection_lives = std::chrono::minutes(1);

constexpr Duration dns_is_kept = std::chrono::minutes(5);

long to_milliseconds(Duration duration) {
  return static_cast<long>(std::clamp<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(duration).count(), 1, 1'000'000'000));
}
long to_seconds(Duration duration) { return (to_milliseconds(duration) + 999) / 1000; }

// What may be otherwise the next time: the network and the server's mood, but not its certificate.
bool is_passing(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
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

// What libcurl calls. None of it may throw, and none of it may answer anybody.
struct Transfers::Transfer::Callbacks {
  static Transfer& of(void* self) { return *static_cast<Transfer*>(self); }

  static std::size_t header(char* data, std::size_t, std::size_t size, void* self) { return of(self).take_header({data, size}) ? size : 0; }
  static std::size_t body(char* data, std::size_t, std::size_t size, void* self) { return of(self).take_body({data, size}) ? size : 0; }
  static int progress(void* self, curl_off_t, curl_off_t received, curl_off_t, curl_off_t) {
    return of(self).has_sent(static_cast<std::uint64_t>(received)) ? 0 : 1;
  }

  static int before(void* self, char*, char*, int, int) { return of(self).may_be_sent() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT; }

  // The address is the one that is connected to, so no game with DNS gets around this. With a proxy it is the proxy's.
  static curl_socket_t open(void* self, curlsocktype, curl_sockaddr* address) {
    Transfer& transfer = of(self);
    if (transfer.options_.proxy.empty() && !transfer.options_.addresses.allows(address->addr))
      return transfer.refused_ = address_text(address->addr), CURL_SOCKET_BAD;
    transfer.connected_to_any_ = true;
    const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (socket >= 0) transfer.sockets_.open.insert(socket);
    return socket;
  }
  static int close(void* data, curl_socket_t socket) {  // possibly long after the transfer that opened it
    auto& sockets = *static_cast<Sockets*>(data);
    sockets.io.unwatch(socket);
    sockets.open.erase(socket);
    return ::close(socket);
  }
};

Transfers::Transfer::Transfer(Id id, const TransferRequest& request, const Options& options, Sockets& sockets, Clock& clock,
                              EasyHandle easy)
    : options_(options),
      sockets_(sockets),
      id_(id),
      max_bytes_(request.max_bytes),
      head_(request.method == HttpMethod::head),
      cut_(request.cut),
      http2_(options.http2 && !request.http1 && request.url.starts_with("https:")),
      busy_(clock),
      easy_(std::move(easy)) {
  set_headers(request.headers);
  set_options(request);
}

void Transfers::Transfer::set_headers(const std::vector<HttpHeader>& headers) {
  for (const auto& [name, value] : headers) {
    if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) continue;  // it would smuggle in another header
    curl_slist* longer = curl_slist_append(headers_.get(), (name + (value.empty() ? ";" : ": " + value)).c_str());
    if (!longer) throw std::bad_alloc();
    headers_.release();
    headers_.reset(longer);
  }
}

void Transfers::Transfer::prepare(CURL* easy, const Options& options, CURLSH* share, Sockets& sockets) {
  const auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  set(CURLOPT_SHARE, share);
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, options.proxy.c_str());  // and none by the environment: the address check would see the proxy's
  set(CURLOPT_NOPROXY, "");
  if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
  set(CURLOPT_USERAGENT, options.user_agent.c_str());
  set(CURLOPT_ACCEPT_ENCODING, "");  // all that libcurl can decode
  set(CURLOPT_BUFFERSIZE, static_cast<long>(buffer_bytes));
  set(CURLOPT_DNS_CACHE_TIMEOUT, to_seconds(dns_is_kept));
  set(CURLOPT_CONNECTTIMEOUT_MS, to_milliseconds(options.connect_timeout));
  set(CURLOPT_MAXLIFETIME_CONN, to_seconds(connection_lives));
  set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(std::min<std::uint64_t>(options.slowest, 1u << 30)));
  set(CURLOPT_LOW_SPEED_TIME, to_seconds(options.slow_for));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // or the end of a transfer waits for its DNS thread
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_HEADERFUNCTION, Callbacks::header);
  set(CURLOPT_WRITEFUNCTION, Callbacks::body);
  set(CURLOPT_XFERINFOFUNCTION, Callbacks::progress);
  set(CURLOPT_PREREQFUNCTION, Callbacks::before);
  set(CURLOPT_OPENSOCKETFUNCTION, Callbacks::open);
  set(CURLOPT_CLOSESOCKETFUNCTION, Callbacks::close);
  set(CURLOPT_CLOSESOCKETDATA, &sockets);
}

void Transfers::Transfer::set_options(const TransferRequest& request) {
  const auto set = [easy = easy_.get()](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  const std::uint64_t most = head_ || cut_ ? 0 : max_bytes_;  // 0: no limit of libcurl's
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_HTTP_VERSION, static_cast<long>(http2_ ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  set(CURLOPT_PIPEWAIT, http2_ ? 1L : 0L);  // rather another stream than another connection
  set(CURLOPT_NOBODY, head_ ? 1L : 0L);
  set(CURLOPT_HTTPHEADER, headers_.get());
  set(CURLOPT_TIMEOUT_MS, to_milliseconds(request.timeout));
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(std::min<std::uint64_t>(most, 1ull << 62)));
  set(CURLOPT_ERRORBUFFER, error_);
  for (const CURLoption data : {CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_XFERINFODATA, CURLOPT_PREREQDATA, CURLOPT_OPENSOCKETDATA})
    set(data, this);
}

EasyHandle Transfers::Transfer::take_easy() {
  curl_easy_setopt(easy_.get(), CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, nullptr);
  return std::move(easy_);
}

bool Transfers::Transfer::cut_off(std::string kind, std::string message) {
  cut_off_ = Failure{std::move(kind), std::move(message)};
  return false;
}

// A kept connection may turn out dead, and a server may refuse a stream of HTTP/2: libcurl then sends the request again, at once
// and up to five times. Of that the host's queue knows nothing, so once is enough, and never after a connection of its own.
bool Transfers::Transfer::may_be_sent() {
  long opened = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &opened);
  return opened <= 1 && (!http2_ || ++sent_ <= most_sent);
}

bool Transfers::Transfer::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > most_header_bytes) return cut_off("too_large", "the headers are larger than 256 KiB");
  if (line.starts_with("HTTP/")) {
    answer_.headers.clear();  // what came before was an interim answer
  } else if (line == "\r\n" || line == "\n") {
    if (auto refused = head_ ? std::nullopt : refused_coding(answer_.headers))
      return cut_off("bad_encoding", "the body " + *std::move(refused));
  } else if (auto header = parse_header_line(line)) {
    answer_.headers.push_back(*std::move(header));
  }
  return true;
}

// `bytes` are decoded. Their limit holds before they are kept, so a bomb costs no more memory than an honest body.
bool Transfers::Transfer::take_body(std::string_view bytes) {
  const std::uint64_t decoded = answer_.body.size() + bytes.size();
  if (decoded > max_bytes_ && cut_) {
    answer_.body.append(bytes.substr(0, max_bytes_ - answer_.body.size()));
    return false;
  }
  if (decoded > max_bytes_) return cut_off("too_large", "the body is larger than " + std::to_string(max_bytes_) + " bytes");
  if (decoded > free_of_ratio) {
    curl_off_t encoded = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_SIZE_DOWNLOAD_T, &encoded);
    if (decoded / highest_ratio > static_cast<std::uint64_t>(encoded) + buffer_bytes)
      return cut_off("too_large", "the body grows more than " + std::to_string(highest_ratio) + " times when it is decoded");
  }
  if (answer_.body.empty()) answer_.body.reserve(expected_bytes());
  answer_.body.append(bytes);
  return true;
}

// By its Content-Length, which may lie.
std::size_t Transfers::Transfer::expected_bytes() const {
  curl_off_t bytes = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &bytes);
  return static_cast<std::size_t>(std::clamp<curl_off_t>(bytes, 0, most_reserved));
}

// A body that decodes to nothing never comes to take_body().
bool Transfers::Transfer::has_sent(std::uint64_t encoded) {
  return cut_off_ || cut_ || encoded <= max_bytes_ ||
         cut_off("too_large", "the body is larger than " + std::to_string(max_bytes_) + " bytes as it was sent");
}

Transfers::Finished Transfers::Transfer::finish(CURLcode code) {
  const bool whole = code == CURLE_OK || (cut_ && code == CURLE_WRITE_ERROR && !cut_off_);
  if (!whole) return {id_, failure(code), failed_at_http2(code), std::move(busy_)};
  long status = 0;
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy(), CURLINFO_TOTAL_TIME_T, &microseconds);
  answer_.status = static_cast<int>(status);
  answer_.took = std::chrono::microseconds(microseconds);
  return {id_, std::move(answer_), false, std::move(busy_)};
}

// libcurl has a code of its own for some of the faults of HTTP/2 only. The others look like a connection that broke; where no answer
// of HTTP/1.1 had begun on it, HTTP/2 may have been the reason.
bool Transfers::Transfer::failed_at_http2(CURLcode code) const {
  if (!http2_ || cut_off_) return false;
  long version = CURL_HTTP_VERSION_NONE;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_VERSION, &version);
  switch (code) {
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_ABORTED_BY_CALLBACK: return true;  // by may_be_sent()
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE: return version == CURL_HTTP_VERSION_NONE || version == CURL_HTTP_VERSION_2_0;
    default: return false;
  }
}

Failure Transfers::Transfer::failure(CURLcode code) const {
  if (cut_off_) return *cut_off_;
  if (code == CURLE_ABORTED_BY_CALLBACK) return {"unavailable", "the server refuses the request again and again", true};
  if (!refused_.empty() && !connected_to_any_)
    return {"refused_address", refused_ + " is no public address; the http client connects to it only with allow_private: true"};
  switch (code) {
    case CURLE_FILESIZE_EXCEEDED: return {"too_large", "the body is larger than " + std::to_string(max_bytes_) + " bytes"};
    case CURLE_OUT_OF_MEMORY:  // so libcurl calls a single header above 100 KiB
      if (header_bytes_ > 0 && answer_.body.empty()) return {"too_large", "a header is larger than 100 KiB"};
      break;
    case CURLE_OPERATION_TIMEDOUT: return {"timeout", clause(code), true};
    case CURLE_BAD_CONTENT_ENCODING: return {"bad_encoding", "the body does not decode (" + clause(code) + ")"};
    case CURLE_PEER_FAILED_VERIFICATION: return {"bad_certificate", clause(code)};
    default: break;
  }
  return {"unavailable", clause(code), is_passing(code)};
}

std::string Transfers::Transfer::clause(CURLcode code) const {
  std::string words = error_[0] ? error_ : curl_easy_strerror(code);
  if (words[0] >= 'A' && words[0] <= 'Z') words[0] |= 32;
  return words;
}

}  // namespace headrace
