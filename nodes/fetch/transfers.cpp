#include "nodes/fetch/transfers.hpp"

#include <curl/curl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <system_error>

#include "nodes/fetch/transfer.hpp"

namespace headrace {

namespace {

constexpr std::size_t most_spare_handles = 64;

std::int64_t monotonic_ns() {  // libcurl's own time
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

// Connections and names are shared by all transfers of a multi handle; sessions of TLS need a share.
struct Transfers::Curl {
  explicit Curl(Transfers& owner) : owner(owner), sockets{owner.services_.io}, multi(curl_multi_init()), share(curl_share_init()) {
    curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  }
  ~Curl() {
    curl_multi_cleanup(multi);
    spare.clear();
    curl_share_cleanup(share);
  }
  Curl(const Curl&) = delete;

  EasyHandle take_easy() {
    if (spare.empty()) return make_easy();
    EasyHandle easy = std::move(spare.back());
    spare.pop_back();
    return easy;
  }
  void give_easy(EasyHandle easy) {
    if (spare.size() < most_spare_handles) spare.push_back(std::move(easy));
  }
  EasyHandle make_easy() {
    EasyHandle easy(curl_easy_init());
    if (easy) Transfer::prepare(easy.get(), owner.options_, share, sockets);
    return easy;
  }

  Transfers& owner;
  Sockets sockets;
  CURLM* const multi;
  CURLSH* const share;
  std::vector<EasyHandle> spare;  // prepared; making one costs more than everything else that we do for a request
};

// What libcurl calls. None of it may throw.
struct Transfers::Callbacks {
  static int watch(CURL*, curl_socket_t socket, int what, void* self, void*) {
    auto& transfers = *static_cast<Transfers*>(self);
    IoLoop& io = transfers.services_.io;
    if (what == CURL_POLL_REMOVE) {  // a connection probably goes on with the next request
      if (transfers.curl_->sockets.open.contains(socket)) io.pause(socket);
      else io.unwatch(socket);
      return 0;
    }
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

  // Most requests move the timeout several times, and few timeouts come to pass. So the system's timer is set only when it would
  // go off too late; when it goes off too early it is set again.
  static int set_timer(CURLM*, long milliseconds, void* self) {
    auto& transfers = *static_cast<Transfers*>(self);
    transfers.wanted_ = 0;
    if (milliseconds < 0) return 0;
    if (milliseconds == 0) return transfers.wanted_now_ = true, transfers.soon(), 0;
    transfers.wanted_ = monotonic_ns() + milliseconds * 1'000'000;
    if (transfers.armed_ == 0 || transfers.armed_ > transfers.wanted_) transfers.arm(transfers.wanted_);
    return 0;
  }
};

Transfers::Transfers(Options options, Services& services, Deliver deliver)
    : options_(std::move(options)),
      services_(services),
      deliver_(std::move(deliver)),
      curl_(std::make_unique<Curl>(*this)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  if (!curl_->multi || !curl_->share || timer_ < 0) throw std::system_error(errno, std::generic_category(), "the http client cannot start");
  curl_multi_setopt(curl_->multi, CURLMOPT_SOCKETFUNCTION, Callbacks::watch);
  curl_multi_setopt(curl_->multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(curl_->multi, CURLMOPT_TIMERFUNCTION, Callbacks::set_timer);
  curl_multi_setopt(curl_->multi, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(curl_->multi, CURLMOPT_MAXCONNECTS, 4L * options_.connections);  // open, idle ones included: hosts come again
  services_.io.watch(timer_, IoLoop::readable, [this](unsigned) {
    std::uint64_t count;
    if (::read(timer_, &count, sizeof count) == sizeof count) on_timer();
  });
}

Transfers::~Transfers() {
  for (const auto& [id, transfer] : transfers_) curl_multi_remove_handle(curl_->multi, transfer->easy());
  transfers_.clear();
  curl_.reset();
  services_.io.unwatch(timer_);
  ::close(timer_);
}

std::optional<Failure> Transfers::start(Id id, const TransferRequest& request) {
  if (!options_.proxy.empty() && !options_.addresses.every && names_special_address(request.host))
    return Failure{"refused_address", request.host + " is no public address, and is not asked of a proxy without allow_private: true"};
  EasyHandle easy = curl_->take_easy();
  if (!easy) return Failure{"unavailable", "out of memory", true};
  auto transfer = std::make_unique<Transfer>(id, request, options_, curl_->sockets, services_.clock, std::move(easy));
  if (const CURLMcode code = curl_multi_add_handle(curl_->multi, transfer->easy()); code != CURLM_OK)
    return Failure{"unavailable", curl_multi_strerror(code), true};
  transfers_.emplace(id, std::move(transfer));
  return {};
}

void Transfers::arm(std::int64_t due) {
  itimerspec when{};
  when.it_value.tv_sec = due / 1'000'000'000;
  when.it_value.tv_nsec = due % 1'000'000'000;
  ::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr);
  armed_ = due;
}

void Transfers::on_timer() {
  armed_ = 0;
  if (wanted_ == 0) return;
  if (wanted_ > monotonic_ns()) return arm(wanted_);
  wanted_ = 0;
  act(CURL_SOCKET_TIMEOUT, 0);
}

// libcurl must not be called from where it asks to act. The transfers that end in one round of the loop are delivered together,
// behind it, and the requests that follow them start in the same task: so their connections stay watched.
void Transfers::soon() {
  if (std::exchange(*soon_, true)) return;
  services_.io.post([this, alive = std::weak_ptr<bool>(soon_)] {
    if (alive.expired()) return;
    *soon_ = false;
    act_if_wanted();
    deliver();
    if (!alive.expired()) act_if_wanted();
  });
}

void Transfers::act_if_wanted() {
  if (std::exchange(wanted_now_, false)) act(CURL_SOCKET_TIMEOUT, 0);
}

void Transfers::act(int socket, int events) {
  int running = 0, left = 0;
  curl_multi_socket_action(curl_->multi, socket, events, &running);
  while (const CURLMsg* message = curl_multi_info_read(curl_->multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Transfer* transfer = nullptr;
    const CURLcode code = message->data.result;  // the message goes with the handle
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    curl_multi_remove_handle(curl_->multi, message->easy_handle);
    finished_.push_back(transfer->finish(code));
    curl_->give_easy(transfer->take_easy());
    transfers_.erase(finished_.back().id);
  }
  if (!finished_.empty()) soon();
}

void Transfers::deliver() {
  if (finished_.empty()) return;
  const Deliver deliver = deliver_;  // a copy: the receiver may destroy this
  deliver(std::exchange(finished_, {}));
}

}  // namespace headrace
