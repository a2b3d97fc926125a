// Lets the records of a level through one ordered step, one at a time, in order of admission and, below an expanding key,
// in order of (parent, index).
//
// Every record of the level passes exactly once: with a call, or as a tombstone because it was dropped, failed, skipped or
// cancelled before. A record of a level above says how many children it has. Finished ranges of root numbers are kept as
// ranges, so a first record that takes an hour costs nothing for the million that fail behind it. Not synchronised: the
// engine holds its mutex.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace headrace::run {

struct Record;

class Turnstile {
 public:
  using Path = std::vector<std::uint64_t>;          // root number, index in it, index in that ...
  explicit Turnstile(int depth) : depth_(depth) {}  // of the level of its step: 0 for roots

  void arrive(const Path& path, Record* record);
  void tombstone(const Path& path);                       // of a record of the step's level, or of one above with no children
  void expand(const Path& path, std::uint64_t children);  // of a record above
  void done(const Path& path);                            // the call that next() gave has ended

  // The record whose turn it is, once; null while that one has not arrived or is at work.
  Record* next();
  std::size_t waiting() const { return waiting_; }  // arrived, and not yet given

 private:
  struct Place {
    std::uint64_t next = 0;  // among its children
    std::optional<std::uint64_t> total;
    std::map<std::uint64_t, Place> children;
    Record* record = nullptr;
    bool given = false, finished = false;
  };
  Place& place(const Path& path);
  void finish_root(std::uint64_t number);

  int depth_;
  Place root_;
  std::map<std::uint64_t, std::uint64_t> ranges_;  // finished roots ahead of root_.next: first to one past the last
  std::size_t waiting_ = 0;
};

}  // namespace headrace::run
