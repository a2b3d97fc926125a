// Lines for `headrace call`: each becomes one record, which has failed or has every port of the node.
#include "core/cli/call_lines.hpp"

#include <algorithm>
#include <sstream>

#include "tests/fuzz/seeds.hpp"

using namespace headrace;

namespace {

class Counting final : public Feeder {
 public:
  explicit Counting(const Plan& plan) : plan_(plan) {}
  bool admit(Seed seed) override {
    ++seeds;
    fuzz::require_sound(seed, plan_);
    const std::size_t ports = plan_.steps.front().ports.size();
    fuzz::require(seed.failure.has_value() || seed.values.size() + seed.absent.size() == ports, "a line fails or speaks of every port");
    return true;
  }
  bool done_before(const std::string&) const override { return false; }
  std::size_t seeds = 0;

 private:
  const Plan& plan_;
};

std::vector<std::unique_ptr<Plan>> plans() {
  std::vector<std::unique_ptr<Plan>> out;
  for (const char* name : {"canonical_url", "parse_feed", "extract_article", "cluster_stories"}) {
    const NodeSpec* spec = find_node(name);
    fuzz::require(spec != nullptr, "the node is registered");
    out.push_back(compile_node(std::make_shared<NodeSpec>(*spec), ConfigTree()).plan);
    fuzz::require(out.back() != nullptr, "the node compiles alone");
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto nodes = plans();
  const std::string text(fuzz::text_of(data, size));
  if (size > fuzz::longest_input || text.find("file") != std::string::npos) return 0;  // Bytes may name a file
  const std::size_t lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + (!text.empty() && text.back() != '\n');
  for (const auto& plan : nodes) {
    std::istringstream in(text);
    std::ostringstream out, err;
    const cli::Console console{in, out, err};
    cli::CallLines calls(*plan, console);
    Counting feeder(*plan);
    calls.feed(feeder);
    fuzz::require(feeder.seeds == lines, "each line is answered");
  }
  return 0;
}
