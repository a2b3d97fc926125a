#include "core/state/state_view.hpp"

#include <algorithm>

namespace headrace {

namespace {

std::vector<StateView>& views() {
  static std::vector<StateView> all;
  return all;
}

}  // namespace

bool register_state_view(const StateView& view) {
  auto& all = views();
  std::erase_if(all, [&](const StateView& each) { return each.word == view.word; });
  all.insert(std::find_if(all.begin(), all.end(), [&](const StateView& each) { return each.word > view.word; }), view);
  return true;
}

const std::vector<StateView>& state_views() { return views(); }

}  // namespace headrace
