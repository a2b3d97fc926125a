#include "nodes/poll/api/shipped.hpp"

namespace headrace::api {

namespace {
constexpr Shipped descriptions[] = {
#include "shipped_apis.inc"  // made of nodes/poll/apis/*.yaml by CMakeLists.txt
};
}  // namespace

std::span<const Shipped> shipped() { return descriptions; }

}  // namespace headrace::api
