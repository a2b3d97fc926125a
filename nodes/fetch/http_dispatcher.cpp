#include "nodes/fetch/http_dispatcher.hpp"

#include <atomic>

#include "core/run/io_loop.hpp"
#include "nodes/url/registrable_domain.hpp"

namespace headrace {

namespace {

std::string host_name(const std::string& origin) {
  const auto first = origin.find("//") + 2;
  const auto last = origin.back() == ']' ? origin.npos : origin.find_last_of(":/");
  return origin.substr(first, last < first ? origin.npos : last - first);
}

std::string site_of(const std::string& origin) {
  const std::string name = host_name(origin);
  return std::string(registrable_domain(name));
}

}  // namespace

std::string HttpDispatcher::origin_of(const Url& url) {
  return url.scheme + "://" + url.host + (url.port ? ":" + std::to_string(*url.port) : "");
}

HttpDispatcher::HttpDispatcher(Options options, std::shared_ptr<Store> store, Services& services)
    : options_(std::move(options)),
      services_(services),
      queues_(options_.queues),
      hosts_(options_.hosts, std::move(store), services),
      robots_(options_.robots_cache) {}

// What a handler's go() stands for. One that is let go unused (the record ended while it waited for a token) gives the
// turn back, or its host would be blocked for ever.
class HttpDispatcher::Turn {
 public:
  Turn(std::weak_ptr<HttpDispatcher> dispatcher, Id id) : dispatcher_(std::move(dispatcher)), id_(id) {}
  Turn(const Turn&) = delete;
  ~Turn() {
    if (!used_) tell(&HttpDispatcher::give_up);
  }
  void use() {
    if (!used_.exchange(true)) tell(&HttpDispatcher::begin);
  }

 private:
  void tell(void (HttpDispatcher::*what)(Id)) {
    if (const auto dispatcher = dispatcher_.lock()) dispatcher->post([what, id = id_](HttpDispatcher& self) { (self.*what)(id); });
  }
  std::weak_ptr<HttpDispatcher> dispatcher_;
  Id id_;
  std::atomic<bool> used_{false};
};

// Runs `work` on the loop's thread, unless the dispatcher has been closed by then.
template <class Work> void HttpDispatcher::post(Work work) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;  // the loop may be gone
  services_.io.post([weak = weak_from_this(), work = std::move(work)] {
    const auto self = weak.lock();
    if (!self) return;
    work(*self);
    self->run_turns();
    self->call_handlers();
  });
}

void HttpDispatcher::submit(HttpRequest request, HttpHandlers handlers) {
  {
    const std::lock_guard lock(mutex_);
    inbox_.emplace_back(std::move(request), std::move(handlers));
    if (inbox_.size() > 1) return;  // take_inbox() is on its way
  }
  post([](HttpDispatcher& self) { self.take_inbox(); });
}

void HttpDispatcher::take_inbox() {
  std::vector<std::pair<HttpRequest, HttpHandlers>> arrived;
  {
    const std::lock_guard lock(mutex_);
    arrived.swap(inbox_);
  }
  for (auto& [request, handlers] : arrived) {
    const Id id = next_id_++;
    admit(id, requests_.emplace(id, Pending{std::move(request), std::move(handlers)}).first->second);
  }
}

void HttpDispatcher::admit(Id id, Pending& pending) {
  const ParsedUrl parsed = parse_url(pending.request.url);
  if (!parsed.url) return finish(id, Failure{"bad_url", "'" + pending.request.url.substr(0, 300) + "' " + std::string(parsed.problem)});
  pending.request.url = parsed.url->text();
  pending.host = origin_of(*parsed.url);
  enqueue(id);
}

void HttpDispatcher::enqueue(Id id, HostQueues::Turn turn) {
  Pending& pending = requests_.at(id);
  if (!pass_robots(id, pending)) return;
  const HostFacts& facts = hosts_.meet(pending.host);
  if (auto refused = refusal(facts)) return fail(id, *std::move(refused));
  queues_.push(pending.host, site_of(pending.host), id, services_.clock.elapsed(), turn);
  queues_.hold(pending.host, facts.held_until);
  pace(pending.host);
  run_turns();
  tell_waiting(id);
}

void HttpDispatcher::tell_waiting(Id id) {
  const auto found = requests_.find(id);
  if (found == requests_.end() || found->second.on_wire || found->second.told_waiting) return;
  found->second.told_waiting = true;
  if (found->second.handlers.waiting) calls_.push_back(found->second.handlers.waiting);
}

void HttpDispatcher::pace(const std::string& host) {
  const HostFacts& facts = hosts_.meet(host);
  queues_.set_pace(host, facts.pace.delay(), facts.breaker.is_trying());
}

// Why a request is not even queued.
std::optional<Failure> HttpDispatcher::refusal(const HostFacts& facts) const {
  const Duration now = services_.clock.elapsed();
  if (facts.breaker.is_closed(now)) {
    const Duration left = facts.breaker.closed_until() - now;
    return Failure{"unavailable",
                   "the host has failed " + std::to_string(facts.breaker.failures_in_a_row()) + " times in a row, and is left alone for " +
                       format_duration(left),
                   true, left};
  }
  const Duration pause = facts.held_until - now;
  if (pause <= options_.longest_hold) return {};
  return Failure{"unavailable", "the host asked for a pause of " + format_duration(pause), true, pause};
}

void HttpDispatcher::run_turns() {
  while (const auto id = queues_.pop(services_.clock.elapsed())) give_turn(*id, requests_.at(*id));
  arm_timer();
}

void HttpDispatcher::arm_timer() {
  const Duration due = queues_.due();
  if (timer_ && due == timer_due_) return;
  if (timer_) services_.clock.cancel(timer_);
  timer_ = 0;
  timer_due_ = due;
  if (due == Duration::max()) return;
  timer_ = services_.clock.after(due - services_.clock.elapsed(), [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->timer_ = 0;
    self->run_turns();
    self->call_handlers();
  });
}

void HttpDispatcher::give_turn(Id id, Pending& pending) {
  if (!pending.told_waiting || !pending.handlers.turn) return begin(id);
  const auto turn = std::make_shared<Turn>(weak_from_this(), id);
  calls_.push_back([handler = pending.handlers.turn, turn] { handler([turn] { turn->use(); }); });
}

void HttpDispatcher::begin(Id id) {
  const auto found = requests_.find(id);
  if (found == requests_.end()) return;
  Pending& pending = found->second;
  pending.on_wire = true;
  if (!transport_)
    transport_ = options_.connect([weak = weak_from_this()](std::vector<Transport::Finished> finished) {
      if (const auto self = weak.lock()) self->deliver(std::move(finished));
    });
  pending.started = services_.clock.elapsed();
  queues_.started(pending.host, pending.started);
  auto failure = transport_->start(id, {pending.request.url, host_name(pending.host), pending.request.method, pending.request.headers,
                                        pending.request.max_bytes.bytes, pending.request.timeout - pending.spent, pending.started,
                                        pending.request.cut, hosts_.meet(pending.host).http1_until > pending.started});
  if (!failure) return;
  queues_.released(pending.host, pending.started);
  fail(id, *std::move(failure));
}

void HttpDispatcher::give_up(Id id) {
  const auto found = requests_.find(id);
  if (found == requests_.end()) return;
  queues_.abandoned(found->second.host, services_.clock.elapsed());
  fail(id, {"cancelled", "nobody waits for it any more"});
}

void HttpDispatcher::close() {
  const auto self = shared_from_this();  // a handler may let go of the client
  std::vector<std::pair<HttpRequest, HttpHandlers>> arrived;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    arrived.swap(inbox_);
  }
  if (timer_) services_.clock.cancel(timer_);
  timer_ = 0;
  transport_.reset();
  queues_ = HostQueues(options_.queues);
  hosts_.close();
  robots_waiting_.clear();
  const Failure cancelled{"cancelled", "the http client was closed"};
  while (!requests_.empty()) fail(requests_.begin()->first, cancelled);
  for (auto& [request, handlers] : arrived) calls_.push_back([done = std::move(handlers.done), cancelled] { done(cancelled); });
  call_handlers();
}

}  // namespace headrace
