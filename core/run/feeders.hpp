// The threads that bring records in: one a source, and one for RunOptions::feed.
#pragma once
#include <thread>

#include "core/run/engine.hpp"
#include "core/run/positions.hpp"
#include "core/run/settler.hpp"

namespace headrace::run {

class Feeders {
 public:
  Feeders(Engine& engine, Settler& settler, Positions& positions, const Store& store, std::function<void()> ended);
  ~Feeders() { join(); }
  void start_source(const SourceStep& source, int index, Node& node);
  void start_feed(std::function<void(Feeder&)> feed);
  void begin() { running_.fetch_add(1, std::memory_order_acq_rel); }  // starting: none that ends meanwhile is the last
  void began() { end(); }
  void hold();  // a feeder that brings nothing and ends at stop(): a pipeline without sources
  void stop();  // asks all of them to end; any thread
  void join();
  int running() const { return running_.load(std::memory_order_acquire); }

  void trouble(Trouble trouble);
  std::vector<Trouble> troubles() const;  // the first hundred
  std::uint64_t trouble_count() const { return trouble_count_.load(); }
  std::map<std::string, std::map<std::string, std::uint64_t>> troubles_by_source() const;  // and kind; all of them
  std::string failure() const;  // of a source that could not go on; empty when none

 private:
  class Source;
  class Feed;
  bool admit(const std::function<void(Record&)>& fill);
  void run(const std::string& key, const std::function<void(const Clock::Busy&)>& body);
  void end();

  Engine& engine_;
  Settler& settler_;
  Positions& positions_;
  const Store& store_;
  std::function<void()> ended_;
  std::stop_source stop_;
  std::vector<std::thread> threads_;
  std::atomic<int> running_{0};
  std::atomic<bool> held_{false}, time_held_{false};
  mutable std::mutex mutex_;
  std::vector<Trouble> troubles_;
  std::map<std::string, std::map<std::string, std::uint64_t>> troubles_by_source_;
  std::atomic<std::uint64_t> trouble_count_{0};
  std::string failure_;
};

}  // namespace headrace::run
