// Work counted, so that no page is endless: whoever walks a page says how far, and stops when it has had what its size allows.
//
//   if (!page.steps().take(nodes)) return {};   // enough: what was found so far is the answer
//
// A step is a node, an open element or some bytes looked at. For one thread at a time.
#pragma once
#include <cstddef>

namespace headrace {

class Steps {
 public:
  explicit Steps(std::size_t most) : most_(most) {}
  // False once more were taken than there are.
  bool take(std::size_t steps) {
    taken_ += steps;
    return taken_ <= most_;
  }
  std::size_t taken() const { return taken_; }
  bool left() const { return taken_ <= most_; }

 private:
  std::size_t most_, taken_ = 0;
};

}  // namespace headrace
