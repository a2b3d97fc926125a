// What answers do: teach what their host is like, redirect, and end requests.
#include <algorithm>

#include "nodes/fetch/http_dispatcher.hpp"
#include "nodes/fetch/http_headers.hpp"
#include "nodes/fetch/retry_after.hpp"

namespace headrace {

namespace {

// For messages: without a password.
std::string shown(const std::string& text) {
  ParsedUrl parsed = parse_url(text);
  if (!parsed.url) return "'" + text.substr(0, 300) + "'";
  parsed.url->username.clear();
  parsed.url->password.clear();
  return "'" + parsed.url->text().substr(0, 300) + "'";
}

bool is_redirect(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

// A fault of HTTP/2 and a network that broke look alike too often to be held against a host for good.
constexpr Duration without_http2 = std::chrono::hours(24);

bool is_secret(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c |= 32;
  return name == "authorization" || name == "cookie";
}

}  // namespace

void HttpDispatcher::deliver(std::vector<Transport::Finished> finished) {
  for (auto& each : finished) deliver_one(std::move(each));
  run_turns();
  call_handlers();
}

void HttpDispatcher::deliver_one(Transport::Finished finished) {
  const Id id = finished.id;
  Pending& pending = requests_.at(id);
  pending.on_wire = false;
  if (!finished.http2_failed) learn(pending, finished);
  queues_.released(pending.host, services_.clock.elapsed());
  if (finished.http2_failed) return ask_again_with_http1(id, pending);
  if (auto* failure = std::get_if<Failure>(&finished.result)) fail(id, std::move(*failure));
  else answer(id, std::get<TransferAnswer>(std::move(finished.result)));
}

// Says nothing of the host but that, and of all requests that were on the connection: each is asked again, and only once,
// for no transfer with http1 fails at HTTP/2.
void HttpDispatcher::ask_again_with_http1(Id id, Pending& pending) {
  HostFacts& facts = hosts_.meet(pending.host);
  facts.saw(0);
  const Duration now = services_.clock.elapsed();
  if (facts.http1_until <= now) services_.log.event(LogLevel::info, "http", "host_without_http2", {{"host", pending.host}});
  facts.http1_until = now + without_http2;
  hosts_.changed(pending.host);
  pending.told_waiting = false;
  enqueue(id);
}

void HttpDispatcher::learn(const Pending& pending, const Transport::Finished& finished) {
  HostFacts& facts = hosts_.meet(pending.host);
  const Duration now = services_.clock.elapsed();
  const auto* answer = std::get_if<TransferAnswer>(&finished.result);
  facts.saw(answer ? answer->status : 0);
  bool failed = !answer && std::get<Failure>(finished.result).retryable;
  if (answer) {
    facts.bytes += answer->body.size();
    facts.pace.answered(hosts_.rules().pace, answer->status, now - pending.started);
    respect_hold(pending.host, *answer, facts);
    failed = answer->status >= 500;
    if (!failed && answer->status != 429) facts.breaker.answered();
  }
  const bool closes = failed && facts.breaker.failed(hosts_.rules().breaker, now);
  if (closes)
    services_.log.event(LogLevel::warning, "http", "host_closed",
                        {{"host", pending.host}, {"for", format_duration(facts.breaker.pause())}});
  hosts_.changed(pending.host);
  pace(pending.host);
  if (closes || facts.held_until - now > options_.longest_hold) refuse_waiting(pending.host);
}

// A server that asks for a pause asks it of everyone who is in its queue.
void HttpDispatcher::respect_hold(const std::string& host, const TransferAnswer& answer, HostFacts& facts) {
  if (answer.status != 429 && answer.status != 503) return;
  const auto pause = retry_after(answer.headers, services_.clock.now());
  if (!pause || *pause == Duration::zero()) return;
  facts.held_until = std::max(facts.held_until, services_.clock.elapsed() + *pause);
  queues_.hold(host, facts.held_until);
  services_.log.event(LogLevel::warning, "http", "host_held", {{"host", host}, {"for", format_duration(*pause)}});
}

void HttpDispatcher::refuse_waiting(const std::string& host) {
  const HostFacts& facts = hosts_.meet(host);
  for (const Id id : queues_.take_waiting(host))
    if (auto refused = refusal(facts)) fail(id, *std::move(refused));
}

void HttpDispatcher::answer(Id id, TransferAnswer answer) {
  Pending& pending = requests_.at(id);
  pending.spent += answer.took;
  const std::string* location = pending.request.follow && is_redirect(answer.status) ? find_header(answer.headers, "location") : nullptr;
  if (location) return follow(id, answer, std::string(*location));
  const bool moved = !pending.redirects.empty() && pending.all_permanent;
  finish(id, HttpResponse{std::move(pending.request.url), answer.status, std::move(answer.headers), std::move(answer.body),
                          std::move(pending.redirects), moved});
}

void HttpDispatcher::follow(Id id, const TransferAnswer& answer, const std::string& location) {
  Pending& pending = requests_.at(id);
  if (static_cast<int>(pending.redirects.size()) >= pending.request.max_redirects)
    return fail(id, {"too_many_redirects", "redirects more than " + std::to_string(pending.request.max_redirects) + " times"});
  const ParsedUrl here = parse_url(pending.request.url);
  const ParsedUrl target = parse_url(location, &*here.url);
  if (!target.url) return fail(id, {"bad_url", "redirects to '" + location.substr(0, 300) + "', which " + std::string(target.problem)});
  pending.redirects.push_back(pending.request.url);
  const std::string next = target.url->text();
  const auto& seen = pending.redirects;
  if (std::find(seen.begin(), seen.end(), next) != seen.end())
    return fail(id, {"too_many_redirects", "redirects in a circle, to " + shown(next)});
  pending.all_permanent = pending.all_permanent && (answer.status == 301 || answer.status == 308);
  const std::string host = origin_of(*target.url);
  if (host != pending.host) std::erase_if(pending.request.headers, [](const HttpHeader& header) { return is_secret(header.name); });
  pending.request.url = next;
  pending.host = host;
  pending.told_waiting = false;
  if (pending.spent >= pending.request.timeout) return fail(id, {"timeout", "the redirects took all the time there was", true});
  enqueue(id);
}

void HttpDispatcher::fail(Id id, Failure failure) {
  failure.message = shown(requests_.at(id).request.url) + ": " + failure.message;
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

}  // namespace headrace
