// A graph as a function: one record at a time, on the calling thread, without sources, sinks or state that lasts.
//
//   Evaluator evaluate(*compiled.plan);
//   evaluate.set(evaluate.slot("xs"), std::vector<double>{1, 2, 3, 6});
//   evaluate.run();
//   evaluate.value<double>(evaluate.slot("mean"));   // null when it was dropped, failed or skipped
//
// The same steps, decorators and statistics as in a Run. Asynchronous nodes are waited for: run() pumps the IO loop. Not for
// expanding keys: their children need a Run. One thread.
#pragma once
#include <stdexcept>

#include "core/run/run.hpp"

namespace headrace {

class Evaluator {
 public:
  explicit Evaluator(const Plan& plan, std::uint64_t seed = 1);  // throws StartError; the plan outlives this
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;

  int slot(std::string_view key) const;  // throws std::out_of_range for an unknown key

  // The inputs of the next run. They are taken over by it; run() without them leaves them absent.
  template <class T> void set(int slot, T value) {
    check(slot, type_of<T>());
    new (input(slot)) T(std::move(value));
  }
  Verdict run();

  // Of the last run, until the next set() or run().
  template <class T> const T* value(int slot) const {
    check(slot, type_of<T>());
    return static_cast<const T*>(value(slot));
  }
  const void* value(int slot) const;
  const std::vector<KeyError>& errors() const;
  std::vector<KeyStatistics> statistics() const;

 private:
  struct Impl;
  void check(int slot, const TypeInfo& type) const;
  void* input(int slot);
  std::unique_ptr<Impl> impl_;
};

}  // namespace headrace
