#include "nodes/fetch/http_dispatcher.hpp"

#include <algorithm>
#include <atomic>

#include "nodes/fetch/retry_after.hpp"

namespace headrace {

namespace {

std::string queue_of(const Url& url) { return url.host + ":" + std::to_string(url.effective_port()); }

// For messages: without a password.
std::string shown(Url url) {
  url.username.clear();
  url.password.clear();
  return "'" + url.text().substr(0, 300) + "'";
}

const std::string* find_header(const std::vector<HttpHeader>& headers, std::string_view name) {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const HttpHeader& header) { return header.name == name; });
  return found == headers.end() ? nullptr : &found->value;
}

bool is_redirect(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

bool is_secret(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c |= 32;
  return name == "authorization" || name == "cookie";
}

}  // namespace

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
  ParsedUrl parsed = parse_url(pending.request.url);
  if (!parsed.url) return finish(id, Failure{"bad_url", "'" + pending.request.url.substr(0, 300) + "' " + std::string(parsed.problem)});
  pending.url = *std::move(parsed.url);
  enqueue(id);
}

void HttpDispatcher::enqueue(Id id) {
  Pending& pending = requests_.at(id);
  pending.host = queue_of(pending.url);
  const Duration now = services_.clock.elapsed();
  if (const Duration pause = queues_.held_until(pending.host) - now; pause > options_.longest_hold) return finish(id, held(pending, pause));
  queues_.push(pending.host, id, now);
  run_turns();
  const auto still = requests_.find(id);
  if (still == requests_.end() || still->second.on_wire || still->second.told_waiting) return;
  still->second.told_waiting = true;
  if (still->second.handlers.waiting) calls_.push_back(still->second.handlers.waiting);
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
  if (!transfers_)
    transfers_ =
        std::make_unique<Transfers>(options_.transfers, services_, [weak = weak_from_this()](std::vector<Transfers::Finished> finished) {
          if (const auto self = weak.lock()) self->deliver(std::move(finished));
        });
  const Duration now = services_.clock.elapsed();
  queues_.started(pending.host, now);
  auto failure = transfers_->start(
      id, {pending.url.text(), pending.request.headers, pending.request.max_bytes.bytes, pending.request.timeout - pending.spent, pending.request.method == HttpMethod::head});
  if (!failure) return;
  queues_.released(pending.host, now);
  fail(id, *std::move(failure));
}

void HttpDispatcher::give_up(Id id) {
  const auto found = requests_.find(id);
  if (found == requests_.end()) return;
  queues_.abandoned(found->second.host, services_.clock.elapsed());
  fail(id, {"cancelled", "nobody waits for it any more"});
}

void HttpDispatcher::deliver(std::vector<Transfers::Finished> finished) {
  for (auto& each : finished) {
    Pending& pending = requests_.at(each.id);
    pending.on_wire = false;
    queues_.released(pending.host, services_.clock.elapsed());
    if (auto* failure = std::get_if<Failure>(&each.result)) fail(each.id, std::move(*failure));
    else answer(each.id, std::get<TransferAnswer>(std::move(each.result)));
  }
  run_turns();
  call_handlers();
}

void HttpDispatcher::answer(Id id, TransferAnswer answer) {
  Pending& pending = requests_.at(id);
  pending.spent += answer.took;
  respect_hold(pending, answer);
  const std::string* location = pending.request.follow && is_redirect(answer.status) ? find_header(answer.headers, "location") : nullptr;
  if (location) return follow(id, answer, *location);
  const bool moved = !pending.redirects.empty() && pending.all_permanent;
  finish(id, HttpResponse{pending.url.text(), answer.status, std::move(answer.headers), std::move(answer.body),
                          std::move(pending.redirects), moved});
}

void HttpDispatcher::follow(Id id, const TransferAnswer& answer, const std::string& location) {
  Pending& pending = requests_.at(id);
  if (static_cast<int>(pending.redirects.size()) >= pending.request.max_redirects)
    return fail(id, {"too_many_redirects", "redirects more than " + std::to_string(pending.request.max_redirects) + " times"});
  ParsedUrl target = parse_url(location, &pending.url);
  if (!target.url) return fail(id, {"bad_url", "redirects to '" + location.substr(0, 300) + "', which " + std::string(target.problem)});
  pending.redirects.push_back(pending.url.text());
  const auto& seen = pending.redirects;
  if (std::find(seen.begin(), seen.end(), target.url->text()) != seen.end())
    return fail(id, {"too_many_redirects", "redirects in a circle, to " + shown(*target.url)});
  pending.all_permanent = pending.all_permanent && (answer.status == 301 || answer.status == 308);
  if (queue_of(*target.url) != pending.host)
    std::erase_if(pending.request.headers, [](const HttpHeader& header) { return is_secret(header.name); });
  pending.url = *std::move(target.url);
  pending.told_waiting = false;
  if (pending.spent >= pending.request.timeout) return fail(id, {"timeout", "the redirects took all the time there was", true});
  enqueue(id);
}

// A server that asks for a pause asks it of everyone who is in its queue.
void HttpDispatcher::respect_hold(const Pending& pending, const TransferAnswer& answer) {
  if (answer.status != 429 && answer.status != 503) return;
  const auto pause = retry_after(answer.headers, services_.clock.now());
  if (!pause || *pause == Duration::zero()) return;
  queues_.hold(pending.host, services_.clock.elapsed() + *pause);
  services_.log.event(LogLevel::warning, "http", "host_held", {{"host", pending.host}, {"for", format_duration(*pause)}});
  if (*pause <= options_.longest_hold) return;
  for (const Id id : queues_.take_waiting(pending.host)) finish(id, held(requests_.at(id), *pause));
}

Failure HttpDispatcher::held(const Pending& pending, Duration pause) const {
  return {"unavailable", shown(pending.url) + ": the host asked for a pause of " + format_duration(pause), true, pause};
}

void HttpDispatcher::fail(Id id, Failure failure) {
  failure.message = shown(requests_.at(id).url) + ": " + failure.message;
  finish(id, std::move(failure));
}

void HttpDispatcher::finish(Id id, HttpResult result) {
  const auto pending = requests_.extract(id);
  calls_.push_back([done = std::move(pending.mapped().handlers.done), result = std::move(result)]() mutable { done(std::move(result)); });
}

void HttpDispatcher::call_handlers() {
  while (!calls_.empty()) {
    const auto call = std::move(calls_.front());
    calls_.pop_front();
    call();
  }
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
  transfers_.reset();
  queues_ = HostQueues(options_.queues);
  const Failure cancelled{"cancelled", "the http client was closed"};
  while (!requests_.empty()) fail(requests_.begin()->first, cancelled);
  for (auto& [request, handlers] : arrived) calls_.push_back([done = std::move(handlers.done), cancelled] { done(cancelled); });
  call_handlers();
}

}  // namespace headrace
