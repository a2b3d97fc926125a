#include "core/run/turnstile.hpp"

namespace headrace::run {

Turnstile::Place& Turnstile::place(const Path& path) {
  Place* at = &root_;
  for (const std::uint64_t index : path) at = &at->children[index];
  return *at;
}

void Turnstile::arrive(const Path& path, Record* record) {
  place(path).record = record;
  ++waiting_;
}

void Turnstile::finish_root(std::uint64_t number) {
  root_.children.erase(number);
  std::uint64_t first = number, last = number + 1;
  if (const auto after = ranges_.find(last); after != ranges_.end()) {
    last = after->second;
    ranges_.erase(after);
  }
  if (auto before = ranges_.lower_bound(first); before != ranges_.begin() && (--before)->second == first) before->second = last;
  else ranges_.emplace(first, last);
  if (const auto due = ranges_.find(root_.next); due != ranges_.end()) {
    root_.next = due->second;
    ranges_.erase(due);
  }
}

void Turnstile::tombstone(const Path& path) {
  if (path.size() == 1) return finish_root(path.front());
  place(path).finished = true;
}

void Turnstile::expand(const Path& path, std::uint64_t children) {
  if (children == 0) return tombstone(path);
  place(path).total = children;
}

void Turnstile::done(const Path& path) { tombstone(path); }

// Walks down from the root along the places that are next, closing what is finished on the way.
Record* Turnstile::next() {
  for (;;) {
    Place* parent = &root_;
    std::uint64_t root_number = root_.next;
    for (int depth = 0;; ++depth) {
      const auto found = parent->children.find(parent->next);
      if (found == parent->children.end()) return nullptr;
      Place& at = found->second;
      const bool complete = at.finished || (at.total && at.next == *at.total);
      if (complete) {
        if (parent == &root_) finish_root(root_number);
        else {
          parent->children.erase(found);
          ++parent->next;
        }
        break;
      }
      if (depth == depth_) {
        if (!at.record || at.given) return nullptr;
        at.given = true;
        --waiting_;
        return at.record;
      }
      parent = &at;
    }
  }
}

}  // namespace headrace::run
