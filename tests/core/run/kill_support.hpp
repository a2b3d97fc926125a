// Runs of the command that tests kill: a process, what it leaves behind, and a small press on loopback to feed it.
//
//   Press press;
//   Folder folder;
//   CHECK(command(folder, {"run", ...}, "before_flush:3").code == died_by_kill);   // by its own hand
//   CHECK(lines(folder, "documents.jsonl").size() == 3);
#pragma once
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/http_server.hpp"

namespace headrace::kill_test {

using testing::HttpServer;

bool faulty_is_missing();  // says so; the command with crash points is a test build's

class Folder {  // goes away with the test
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  std::string path(const std::string& name = "") const { return name.empty() ? path_ : path_ + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;  // empty when there is none

 private:
  std::string path_;
};

constexpr int died_by_kill = 128 + 9;

// The command with crash points, in a process of its own. What it prints goes to files.
class Process {
 public:
  Process(const Folder& folder, const std::vector<std::string>& arguments, const std::string& crash_at = "");
  ~Process();
  Process(const Process&) = delete;
  void signal(int number) const;
  int wait();  // exit code, or 128 and the signal; a process that hangs fails the test
  // Until a file of the folder has changed so that `reached` holds, or the process has ended.
  void wait_until(const std::function<bool()>& reached);
  std::string err() const;

 private:
  bool ended_within_guard(int watch);
  std::string err_path_;
  int pid_ = -1, pidfd_ = -1, watch_ = -1;
};

struct Outcome {
  int code;
  std::string err;
};
Outcome command(const Folder& folder, const std::vector<std::string>& arguments, const std::string& crash_at = "");

// Three outlets that write about the same events. Every page has a date, so that stories do not depend on the clock.
class Press {
 public:
  explicit Press(int events = 20);
  HttpServer server;
  const std::string& feeds() const { return feeds_; }              // for a file of feed URLs
  const std::set<std::string>& good() const { return good_; }      // URLs of pages that are there
  const std::set<std::string>& broken() const { return broken_; }  // ... that the server fails on
  void hold(int outlet, int event);                                // the server does not answer for it until release()
  void release(int outlet, int event);
  void wait_for(int outlet, int event) const { server.wait_for(path_of(outlet, event)); }
  void heal();  // the broken ones too are there from now on

 private:
  static std::string path_of(int outlet, int event);
  void add_page(int outlet, int event, std::string& items);
  std::string page(int outlet, int event) const;
  std::string feeds_;
  std::set<std::string> good_, broken_;
  std::map<std::string, std::string> bodies_of_broken_;
};

// A folder with a pipeline and the addresses of its feeds, in which runs leave documents.jsonl, archive.jsonl (the same
// documents, flushed every `late` records), dead_letters.jsonl and the state.
extern const std::string news_pipeline;
class Place {
 public:
  explicit Place(const std::string& feeds, const std::string& text = news_pipeline);
  explicit Place(const Press& press) : Place(press.feeds()) {}
  std::vector<std::string> run(const std::vector<std::string>& params = {}) const { return arguments({"run"}, params); }
  std::vector<std::string> arguments(std::vector<std::string> verb, const std::vector<std::string>& params = {}) const;
  Folder folder;
};

inline std::multiset<std::string> each_once(const std::set<std::string>& names) { return {names.begin(), names.end()}; }

// The fields of the lines of a JSON Lines file. A line that is torn fails the test.
std::vector<std::map<std::string, std::string>> lines(const Folder& folder, const std::string& name);
std::multiset<std::string> column(const Folder& folder, const std::string& name, const std::string& field);
// The grouping of documents, by the paths of their addresses: two presses, which have different ports, compare.
std::set<std::set<std::string>> stories(const Folder& folder);

}  // namespace headrace::kill_test
