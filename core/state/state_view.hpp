// What people may ask of a state folder: `headrace show WORD NAME --state DIR`. The words are the node library's.
//
//   std::vector<std::string> look_at_host(const Store& store, std::string_view name);
//   HEADRACE_STATE_VIEW("host", "What the HTTP client has learnt of a host.", look_at_host)
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/state/store.hpp"

namespace headrace {

struct StateView {
  std::string_view word, doc;
  // JSON objects, one for each thing that the store knows under `name`. Throws BadValue when a record cannot be read.
  std::vector<std::string> (*look)(const Store& store, std::string_view name);
};

bool register_state_view(const StateView& view);  // before main(); the last one of a word counts
const std::vector<StateView>& state_views();      // by word

}  // namespace headrace

#define HEADRACE_STATE_VIEW(WORD, DOC, FUNCTION)                                                                      \
  namespace {                                                                                                         \
  [[maybe_unused]] const bool headrace_state_view_##FUNCTION = headrace::register_state_view({WORD, DOC, &FUNCTION}); \
  }
