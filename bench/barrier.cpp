// What the barrier costs a link when ten million documents have been seen, which are on disk: half of the links that it is asked
// about are among them. Beside the bare lookups in the same store.
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "bench/workload.hpp"
#include "core/state/store.hpp"
#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

namespace {

using headrace::Durability;
using headrace::Store;
using headrace::WriteBatch;
using headrace::testing::TestNode;

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "headrace_bench_XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no folder for the store");
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

// About 75 bytes, as identities of articles are; in no order.
std::string identity_of(std::uint64_t number) {
  const std::uint64_t mixed = number * 0x9E3779B97F4A7C15u;
  return "https://outlet" + std::to_string(mixed % 5000) + ".example/2026/04/" + std::to_string(mixed >> 20) + "/harbour-wall-" +
         std::to_string(number);
}

void fill(Store& store, std::uint64_t seen) {
  for (std::uint64_t i = 0; i < seen;) {
    WriteBatch batch;
    for (const std::uint64_t end = std::min(i + 10'000, seen); i < end; ++i)
      batch.put("barrier/seen/" + identity_of(2 * i), "2026-04-07T10:11:12Z");
    store.write(batch, Durability::buffered);
  }
}

double resident_mib() {
  long pages = 0, resident = 0;
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  if (!file || std::fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
  if (file) std::fclose(file);
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

bench::Report run(const bench::Settings& settings) {
  const std::uint64_t seen = settings.quick ? 10'000 : 10'000'000, asked = settings.quick ? 1'000 : 20'000;
  const Folder folder;
  const std::shared_ptr<Store> store = headrace::open_rocksdb(folder.path);
  fill(*store, seen);

  std::uint64_t next = 1;
  std::vector<std::string> links;
  const auto draw = [&] {
    links.clear();
    for (std::uint64_t i = 0; i < asked; ++i) links.push_back(identity_of((next++ * 7919 * 2 + i % 2) % (2 * seen)));  // even: seen
  };
  TestNode barrier("barrier");
  barrier.use<Store>("store", store);
  const auto decide = [&](bench::By by) {
    draw();
    return bench::time_per(asked, by, [&] {
      for (const std::string& link : links) bench::keep(barrier.given<"identity">(link).call<bool>().status());
      barrier.marks().clear();
    });
  };
  const auto look_up = [&](bench::By by) {
    draw();
    return bench::time_per(asked, by, [&] {
      for (const std::string& link : links)
        bench::keep(store->multi_get({"barrier/seen/" + link, "barrier/retry/" + link, "alias/" + link}));
    });
  };
  // The store goes on sorting what it was filled with, which nobody does to a store in a moment.
  for (int i = 0; i < (settings.quick ? 0 : 20); ++i) look_up(bench::By::wall);
  const auto times = bench::in_turns(std::min(settings.repetitions, 9),
                                     {[&] { return decide(bench::By::wall); }, [&] { return look_up(bench::By::wall); },
                                      [&] { return decide(bench::By::thread); }, [&] { return look_up(bench::By::thread); }});
  const double memory = resident_mib(), identities = static_cast<double>(seen) * 75 / (1 << 20);
  return {"ns a link; MiB",
          {{"barrier", times[0], "the bare store", times[1]},
           {"processor time of it", times[2], "of the bare store", times[3]},
           {"resident memory, MiB", {memory, memory, memory}, "what was seen", {identities, identities, identities}}}};
}

const bool known = bench::add({"barrier", "Links decided on beside ten million that were seen, on disk.", run});

}  // namespace
