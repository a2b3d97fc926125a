#include "tests/core/run/kill_support.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "core/value/json.hpp"

namespace headrace::kill_test {

namespace {

constexpr int hang_guard_ms = 180'000;
constexpr int outlets = 3;
const std::string program = HEADRACE_BINARY_DIR "/headrace-faulty";

// Words that no other subject has: pages of one event share them, others do not.
std::string invented_words(unsigned subject, unsigned first, unsigned count) {
  constexpr const char* syllables[] = {"ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "zu", "da", "fe", "go", "hi", "ju", "pa"};
  std::mt19937 random(subject);
  std::vector<std::string> words(40);
  for (auto& word : words)
    for (int i = 0; i < 4; ++i) word += syllables[random() % std::size(syllables)];
  std::string out;
  for (unsigned i = first; i < first + count; ++i) out += words[(i * 7 + i / 40) % words.size()] + (i % 12 == 11 ? ". " : " ");
  return out;
}

std::string two_digits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

}  // namespace

bool faulty_is_missing() {
  if (::access(program.c_str(), X_OK) == 0) return false;
  MESSAGE("skipped: there is no program " << program);
  return true;
}

// ---- files -------------------------------------------------------------------------------------------------------------

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "headrace-kill-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}
Folder::~Folder() { std::filesystem::remove_all(path_); }

std::string Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path(name), std::ios::binary) << text;
  return path(name);
}

std::string Folder::read(const std::string& name) const {
  std::ifstream file(path(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::map<std::string, std::string>> lines(const Folder& folder, const std::string& name) {
  const std::string text = folder.read(name);
  std::vector<std::map<std::string, std::string>> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    REQUIRE_MESSAGE(end != text.npos, ("torn line in " + name + ": " + text.substr(at)));
    const JsonDocument document(text.substr(at, end - at));  // throws when it is torn
    auto& line = out.emplace_back();
    for (const auto& [key, value] : document.root().members())
      line.emplace(key, value.shape() == Shape::string ? std::string(value.string()) : "");
    at = end + 1;
  }
  return out;
}

std::multiset<std::string> column(const Folder& folder, const std::string& name, const std::string& field) {
  std::multiset<std::string> out;
  for (const auto& line : lines(folder, name)) out.insert(line.at(field));
  return out;
}

std::set<std::set<std::string>> stories(const Folder& folder) {
  std::map<std::string, std::set<std::string>> members;
  for (const auto& line : lines(folder, "documents.jsonl"))
    members[line.at("story")].insert(line.at("url").substr(line.at("url").find('/', 8)));
  std::set<std::set<std::string>> out;
  for (auto& [story, documents] : members) out.insert(std::move(documents));
  return out;
}

// ---- processes ---------------------------------------------------------------------------------------------------------

Process::Process(const Folder& folder, const std::vector<std::string>& arguments, const std::string& crash_at)
    : err_path_(folder.path("stderr")) {
  watch_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  ::inotify_add_watch(watch_, folder.path().c_str(), IN_MODIFY | IN_CREATE);
  std::vector<std::string> copy = arguments;
  std::vector<char*> raw{const_cast<char*>(program.c_str())};
  for (auto& each : copy) raw.push_back(each.data());
  raw.push_back(nullptr);
  pid_ = ::fork();
  REQUIRE(pid_ >= 0);
  if (pid_ == 0) {
    const int err = ::open(err_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644), nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, 0), ::dup2(err, 1), ::dup2(err, 2);
    if (crash_at.empty()) ::unsetenv("HEADRACE_CRASH_AT");
    else ::setenv("HEADRACE_CRASH_AT", crash_at.c_str(), 1);
    ::execv(program.c_str(), raw.data());
    ::_exit(127);
  }
  pidfd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  REQUIRE(pidfd_ >= 0);
}

Process::~Process() {
  if (pid_ > 0) ::kill(pid_, SIGKILL), ::waitpid(pid_, nullptr, 0);
  ::close(pidfd_), ::close(watch_);
}

void Process::signal(int number) const { ::kill(pid_, number); }

// True when the process has ended; false when the watched folder has changed (`watch` -1: it is not looked at).
bool Process::ended_within_guard(int watch) {
  pollfd waiting[2] = {{pidfd_, POLLIN, 0}, {watch, POLLIN, 0}};
  if (::poll(waiting, 2, hang_guard_ms) <= 0) {
    ::kill(pid_, SIGKILL);
    FAIL_CHECK("the process hangs: " << err());
    return true;
  }
  char events[4096];
  while (watch >= 0 && ::read(watch, events, sizeof events) > 0) {}
  return waiting[0].revents != 0;
}

void Process::wait_until(const std::function<bool()>& reached) {
  while (!reached())
    if (ended_within_guard(watch_)) return;
}

int Process::wait() {
  ended_within_guard(-1);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string Process::err() const {
  std::ifstream file(err_path_, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Outcome command(const Folder& folder, const std::vector<std::string>& arguments, const std::string& crash_at) {
  Process process(folder, arguments, crash_at);
  const int code = process.wait();
  return {code, process.err()};
}

// ---- the pipeline ------------------------------------------------------------------------------------------------------

const std::string news_pipeline = R"(
name: killed
params: {feeds: !required "feed URLs", out: !required "a folder", threshold: 0.2, late: 1}
resources:
  http:  {node: http_client, delay: 0s, connections_per_host: 2, allow_private: true}   # one may be held
  store: {node: rocksdb, path: "${out}/state"}
sources:
  entry: {node: poll_feeds, feeds: "${feeds}", once: true}
graph:
  canonical: {node: canonical_url, in: {link: entry.link, base: entry.base}}
  admitted:  {node: barrier, in: {identity: canonical.identity}}
  page:      {node: fetch, in: {url: canonical.url}, after: [admitted]}
  article:   extract_article
  story:     {node: cluster_stories, in: {document_id: canonical.document_id}, threshold: "${threshold}", ordered: true}
identity: canonical.document_id
sinks:
  documents:
    node: write_jsonl
    path: "${out}/documents.jsonl"
    keys: {document_id: canonical.document_id, url: canonical.url, title: article.title, story: story.story}
  archive:
    node: write_jsonl
    path: "${out}/archive.jsonl"
    keys: {document_id: canonical.document_id, url: canonical.url}
    flush: {records: "${late}", every: 10m}
limits: {in_flight: 8}
dead_letters: {path: "${out}/dead_letters.jsonl"}
)";

Place::Place(const std::string& feeds, const std::string& text) {
  folder.write("pipeline.yaml", text);
  folder.write("feeds.txt", feeds);
}

std::vector<std::string> Place::arguments(std::vector<std::string> verb, const std::vector<std::string>& more) const {
  verb.insert(verb.begin() + 1, folder.path("pipeline.yaml"));
  verb.insert(verb.end(), {"--set", "feeds=" + folder.path("feeds.txt"), "--set", "out=" + folder.path()});
  for (const auto& each : more) verb.insert(verb.end(), {"--set", each});
  return verb;
}

// ---- the press ---------------------------------------------------------------------------------------------------------

Press::Press(int events) {
  for (int outlet = 0; outlet < outlets; ++outlet) {
    std::string items;
    for (int event = 0; event < events; ++event) add_page(outlet, event, items);
    items += "<item><title>An entry without a link</title><description>Nothing to fetch.</description></item>";
    const std::string path = "/feed" + std::to_string(outlet);
    server.answer(path, {.body = "<rss version='2.0'><channel><title>Outlet</title>" + items + "</channel></rss>",
                         .headers = {{"Content-Type", "application/rss+xml"}, {"ETag", "\"edition-1\""}}});
    feeds_ += server.url(path) + "\n";
  }
}

std::string Press::path_of(int outlet, int event) { return "/" + std::to_string(outlet) + "/story-" + std::to_string(event) + ".html"; }

// Most outlets write about an event, each in its own order; every seventh page is broken; some links stand in a feed twice.
void Press::add_page(int outlet, int at, std::string& items) {
  const int event = outlet == 1 ? at ^ 1 : at;
  if (outlet == 2 && event % 3 == 0) return;
  const std::string path = path_of(outlet, event);
  const std::string url = server.url(path, "outlet" + std::to_string(outlet) + ".localhost");
  const bool is_broken = (outlet + event) % 7 == 6;
  if (is_broken) {
    server.answer(path, {.status = 500, .body = "out of order"});
    bodies_of_broken_.emplace(path, page(outlet, event));
  } else {
    server.answer(path, {.body = page(outlet, event), .headers = {{"Content-Type", "text/html; charset=utf-8"}}});
  }
  (is_broken ? broken_ : good_).insert(url);
  items += "<item><title>Event " + std::to_string(event) + "</title><link>" + url + "</link></item>";
  if (event % 5 == 4)
    items += "<item><title>Event " + std::to_string(event) + " again</title><link>" + url + "?utm_source=again</link></item>";
}

std::string Press::page(int outlet, int event) const {
  const auto subject = static_cast<unsigned>(event) + 100;
  const unsigned first = static_cast<unsigned>(outlet) * 11;
  std::string out = "<html><head><title>" + invented_words(subject, 0, 6) +
                    "</title><meta property='article:published_time' content='2026-03-" + two_digits(1 + event / 24) + "T" +
                    two_digits(event % 24) + ":0" + std::to_string(outlet) + ":00Z'></head><body><article><h1>" +
                    invented_words(subject, 0, 6) + "</h1>";
  for (unsigned i = 0; i < 4; ++i) out += "<p>" + invented_words(subject, first + i * 60, 60) + "</p>";
  return out + "</article></body></html>";
}

void Press::hold(int outlet, int event) {
  server.answer(path_of(outlet, event),
                {.body = page(outlet, event), .headers = {{"Content-Type", "text/html"}}, .how = HttpServer::How::held});
}
void Press::release(int outlet, int event) { server.release(path_of(outlet, event)); }

void Press::heal() {
  for (const auto& [path, body] : bodies_of_broken_)
    server.answer(path, {.body = body, .headers = {{"Content-Type", "text/html; charset=utf-8"}}});
}

}  // namespace headrace::kill_test
