// The wrappers as resources: built from a configuration, over another resource.
#include <doctest/doctest.h>

#include "core/config/tree.hpp"
#include "core/node.hpp"
#include "core/run/io_loop.hpp"
#include "core/state/store.hpp"
#include "tests/core/state/store_under_test.hpp"

using namespace headrace;
using namespace headrace::testing;

namespace {

struct Resources {
  std::unique_ptr<Clock> clock = make_virtual_clock();
  IoLoop io{*clock};
  Services services{*clock, io, silent_log()};

  std::shared_ptr<Store> build(const std::string& node, const std::string& config, std::shared_ptr<Store> below = nullptr) {
    const ParsedConfig parsed = parse_config(config, "configuration");
    BuildContext context{parsed.root.view(), [&](const FieldSpec&) { return std::static_pointer_cast<void>(below); }, services};
    return std::static_pointer_cast<Store>(find_node(node)->build_resource(context));
  }
};

}  // namespace

TEST_CASE("store wrappers: each is a resource that reads and writes through the store below, and outlives nobody") {
  const struct {
    std::string node, config;
  } cases[] = {{"cached_store", R"({"entries": 10, "bytes": "1MiB"})"},
               {"batched_store", R"({"changes": 5})"},
               {"write_back_store", R"({"delay": "1s", "bytes": "64KiB"})"},
               {"expiring_store", R"({"time_to_live": "1h", "sweep": "1m"})"}};
  for (const auto& each : cases) {
    CAPTURE(each.node);
    Resources resources;
    const std::shared_ptr<Store> below = make_memory_store();
    auto store = resources.build(each.node, each.config, below);
    write(*store, "k", "v");
    CHECK(store->get("k") == "v");
    CHECK(contents(*store->snapshot()) == Model{{"k", "v"}});
    store.reset();
    CHECK(contents(*below).size() == 1);
    CHECK(below.use_count() == 1);
  }
}

TEST_CASE("store wrappers: shards are opened in a folder, and their number is kept") {
  Resources resources;
  const Folder folder;
  const auto config = [&](int shards) {
    return R"({"shards": )" + std::to_string(shards) + R"(, "path": ")" + (folder / "state") + R"("})";
  };
  write(*resources.build("sharded_store", config(3)), "k", "v");
  CHECK(resources.build("sharded_store", config(3))->get("k") == "v");
  CHECK_THROWS_WITH_AS(
      resources.build("sharded_store", config(4)),
      "a shard of the store says that it is 0/3 and would be opened as 0/4: go on with `shards: 3`, or begin with an empty folder",
      NodeError);
  CHECK_FALSE(resources.build("sharded_store", "{}")->durable());
}
