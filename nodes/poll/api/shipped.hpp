// The descriptions of nodes/poll/apis/, which travel inside the library.
#pragma once
#include <span>
#include <string_view>

namespace headrace::api {

struct Shipped {
  std::string_view name, text;
};
std::span<const Shipped> shipped();  // by name

}  // namespace headrace::api
