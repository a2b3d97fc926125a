#include "core/run/io_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <vector>

namespace headrace {

namespace {

constexpr std::uint64_t kWakeTag = ~std::uint64_t{0};

class Descriptor {
 public:
  Descriptor(int fd, const char* what) : fd_(fd) {
    if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

struct Posted {
  std::function<void()> task;
  Clock::Busy busy;
};

struct Watch {
  std::uint32_t serial;  // tells this watch from an earlier one of the same descriptor whose event is still to be handled
  unsigned events;
  std::shared_ptr<const std::function<void(unsigned)>> ready;  // shared: a callback may end its own watch; null: paused
};

std::uint64_t tag_of(int fd, std::uint32_t serial) { return std::uint64_t{serial} << 32 | static_cast<std::uint32_t>(fd); }

std::uint32_t to_epoll(unsigned events) {
  return (events & IoLoop::readable ? std::uint32_t{EPOLLIN} : 0) | (events & IoLoop::writable ? std::uint32_t{EPOLLOUT} : 0);
}
unsigned from_epoll(std::uint32_t events) {
  return (events & EPOLLIN ? IoLoop::readable : 0) | (events & EPOLLOUT ? IoLoop::writable : 0) |
         (events & (EPOLLERR | EPOLLHUP) ? IoLoop::failed : 0);
}

// Rounded up: a timer must not run early.
int epoll_timeout(Duration wait) {
  if (wait == Duration::max()) return -1;
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(std::max(wait, Duration::zero())).count();
  return static_cast<int>(std::min<std::int64_t>(milliseconds, INT_MAX));
}

}  // namespace

struct IoLoop::Impl {
  explicit Impl(Clock& clock) : clock(clock) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kWakeTag;
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, alarm.get(), &event) < 0)
      throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }

  bool on_loop_thread() const { return running.load(std::memory_order_relaxed) == std::this_thread::get_id(); }

  void wake() {
    if (on_loop_thread()) return;  // run_once() waits before it runs callbacks, not after
    if (alarmed.exchange(true)) return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(alarm.get(), &one, sizeof one);
  }
  void quiet() {
    std::uint64_t count;
    [[maybe_unused]] const auto got = ::read(alarm.get(), &count, sizeof count);
    alarmed = false;  // before the posts are looked at: a later post rings again
  }

  std::size_t posts() {
    const std::lock_guard lock(mutex);
    return posted.size();
  }
  Posted take_post() {
    const std::lock_guard lock(mutex);
    Posted next = std::move(posted.front());
    posted.pop_front();
    return next;
  }
  // Those that are there now: a task that posts itself again must not keep IO waiting.
  std::size_t run_posts() {
    const std::size_t count = posts();
    for (std::size_t i = 0; i < count; ++i) {
      const Posted next = take_post();
      next.task();
    }
    return count;
  }

  void watch(int fd, unsigned events, std::shared_ptr<const std::function<void(unsigned)>> ready) {
    const auto found = watches.find(fd);
    if (found != watches.end() && !found->second.ready && found->second.events == events) {
      found->second.ready = std::move(ready);
      return;
    }
    const std::uint32_t serial = next_serial++ & 0x7FFFFFFFu;  // so that no tag equals kWakeTag
    epoll_event event{};
    event.events = to_epoll(events);
    event.data.u64 = tag_of(fd, serial);
    // The map may be wrong about what epoll knows: a descriptor that was closed unwatched has left epoll by itself.
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_MOD, fd, &event) < 0 &&
        (errno != ENOENT || ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) < 0))
      throw std::system_error(errno, std::generic_category(), "descriptor " + std::to_string(fd) + " cannot be watched");
    watches.insert_or_assign(fd, Watch{serial, events, std::move(ready)});
  }
  void unwatch(int fd) {
    if (watches.erase(fd) > 0) ::epoll_ctl(epoll.get(), EPOLL_CTL_DEL, fd, nullptr);
  }
  void pause(int fd) {
    const auto found = watches.find(fd);
    if (found == watches.end() || !found->second.ready) return;
    found->second.ready = nullptr;
    paused.push_back(fd);
  }
  void end_pauses() {
    for (const int fd : paused)
      if (const auto found = watches.find(fd); found != watches.end() && !found->second.ready) unwatch(fd);
    paused.clear();
  }

  std::size_t dispatch(const epoll_event& event) {
    if (event.data.u64 == kWakeTag) return quiet(), 0;
    const auto found = watches.find(static_cast<int>(event.data.u64 & 0xFFFFFFFFu));
    if (found == watches.end() || found->second.serial != event.data.u64 >> 32 || !found->second.ready) return 0;
    const auto ready = found->second.ready;
    (*ready)(from_epoll(event.events));
    return 1;
  }
  std::size_t run_io(int timeout) {
    end_pauses();
    std::array<epoll_event, 128> events;
    const int count = ::epoll_wait(epoll.get(), events.data(), static_cast<int>(events.size()), timeout);
    if (count < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "epoll_wait");
    std::size_t ran = 0;
    for (int i = 0; i < count; ++i) ran += dispatch(events[static_cast<std::size_t>(i)]);
    return ran;
  }

  Clock& clock;
  const Descriptor epoll{::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"};
  const Descriptor alarm{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"};
  std::atomic<bool> alarmed{false};
  std::atomic<std::thread::id> running{};
  std::mutex mutex;
  std::deque<Posted> posted;
  std::unordered_map<int, Watch> watches;
  std::vector<int> paused;  // since the loop waited; some may be watched again
  std::uint32_t next_serial = 0;
};

IoLoop::IoLoop(Clock& clock) : impl_(std::make_unique<Impl>(clock)) {
  clock.on_change([impl = impl_.get()] { impl->wake(); });
}
IoLoop::~IoLoop() { impl_->clock.on_change(nullptr); }

void IoLoop::post(std::function<void()> task) {
  Posted item{std::move(task), Clock::Busy(impl_->clock)};
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->posted.push_back(std::move(item));
  }
  impl_->wake();
}

void IoLoop::watch(int fd, unsigned events, std::function<void(unsigned events)> ready) {
  impl_->watch(fd, events, std::make_shared<const std::function<void(unsigned)>>(std::move(ready)));
}
void IoLoop::unwatch(int fd) { impl_->unwatch(fd); }
void IoLoop::pause(int fd) { impl_->pause(fd); }
void IoLoop::wake() { impl_->wake(); }

std::size_t IoLoop::run_once(Duration limit) {
  std::thread::id nobody;
  if (!impl_->running.compare_exchange_strong(nobody, std::this_thread::get_id()))
    throw std::logic_error("IoLoop::run_once() is running already");
  const struct Leave {
    std::atomic<std::thread::id>& running;
    ~Leave() { running = std::thread::id(); }
  } leave{impl_->running};
  const Duration wait = impl_->posts() > 0 ? Duration::zero() : std::min(limit, impl_->clock.until_due());
  std::size_t ran = impl_->run_io(epoll_timeout(wait));
  ran += impl_->run_posts();
  return ran + impl_->clock.run_due();
}

bool IoLoop::on_loop_thread() const { return impl_->on_loop_thread(); }
Clock& IoLoop::clock() const { return impl_->clock; }

}  // namespace headrace
