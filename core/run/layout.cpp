#include "core/run/layout.hpp"

#include <algorithm>
#include <cstddef>

#include "core/run/record.hpp"

namespace headrace::run {

namespace {

std::size_t align_up(std::size_t value, std::size_t align) { return (value + align - 1) / align * align; }

std::uint64_t hash_of(std::string_view text) {  // FNV-1a
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

struct Builder {
  const Plan& plan;
  Layout layout;

  Reader reader(const Binding& binding, int level) {
    const Slot& slot = plan.slots[static_cast<std::size_t>(binding.slot)];
    const auto depth = [&](int of) { return layout.levels[static_cast<std::size_t>(of)].depth; };
    return {depth(level) - depth(slot.level), slot.index, slot.offset, binding.path.empty() ? nullptr : &binding.path};
  }

  PortLayout port(const BoundPort& bound, int level) {
    PortLayout out;
    for (const Binding& binding : bound.from) out.from.push_back(reader(binding, level));
    out.optional = bound.port.optional;
    out.missing = "missing:" + (bound.from.empty() ? bound.port.name : bound.from.front().text);
    return out;
  }

  static bool is_direct(const StepLayout& step) {
    for (const PortLayout& port : step.ports)
      if (port.from.size() != 1 || port.from.front().up != 0 || port.from.front().path) return false;
    return std::all_of(step.after.begin(), step.after.end(), [&](const Reader& after) {
      return std::any_of(step.ports.begin(), step.ports.end(),
                         [&](const PortLayout& port) { return after.up == 0 && port.from.front().slot == after.slot; });
    });
  }

  // Reads of one step, each slot of its own level once: they count down to the release of the slot.
  void count_reads(StepLayout& step, int level) {
    std::vector<int> seen;
    for (const PortLayout& each : step.ports)
      for (const Reader& one : each.from) {
        const bool known = std::find(seen.begin(), seen.end(), one.slot) != seen.end();
        if (one.up != 0 || known) continue;
        seen.push_back(one.slot);
        int& readers = layout.levels[static_cast<std::size_t>(level)].readers[static_cast<std::size_t>(one.slot)];
        if (readers >= 0) ++readers, step.counted.push_back(one);
      }
  }
};

void place_arrays(LevelLayout& level) {
  level.status_at = align_up(sizeof(Record), alignof(max_align_t));
  level.pending_at = align_up(level.status_at + level.statuses * sizeof(Status), alignof(std::atomic<int>));
  level.readers_at = level.pending_at + level.pending.size() * sizeof(std::atomic<int>);
  level.align = std::max<std::size_t>({level.plan->block_align, alignof(Record), alignof(max_align_t)});
  level.block_at = align_up(level.readers_at + level.slots.size() * sizeof(std::atomic<int>), level.align);
  level.size = level.block_at + level.plan->block_size;
}

}  // namespace

Layout make_layout(const Plan& plan, const std::vector<std::unique_ptr<Node>>& nodes, const std::vector<std::unique_ptr<Node>>& sinks,
                   bool keep_values) {
  Builder build{plan, {}};
  Layout& layout = build.layout;
  layout.plan = &plan;
  for (const Level& level : plan.levels) {
    LevelLayout& out = layout.levels.emplace_back();
    out.plan = &level;
    out.depth = level.parent < 0 ? 0 : layout.levels[static_cast<std::size_t>(level.parent)].depth + 1;
    out.statuses = level.slots.size();
    for (const int slot : level.slots) {
      const Slot& each = plan.slots[static_cast<std::size_t>(slot)];
      if (!each.type->trivial) out.to_destroy.push_back(static_cast<int>(out.slots.size()));
      out.slots.push_back(&each);
      out.readers.push_back(each.keep || keep_values || each.type->trivial ? -1 : 0);  // -1 while counting: not to be released
    }
  }
  layout.steps.resize(plan.steps.size());
  std::size_t instance = 0;
  std::vector<int> local(plan.levels.size(), 0);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    StepLayout& out = layout.steps[i];
    LevelLayout& level = layout.levels[static_cast<std::size_t>(step.level)];
    const Slot& slot = plan.slots[static_cast<std::size_t>(step.slot)];
    out.plan = &step;
    out.instance = static_cast<int>(instance);
    out.node = nodes.empty() ? nullptr : nodes[instance].get();
    out.by = step.by;
    for (int shard = 0; shard < step.decorators.shards && !nodes.empty(); ++shard)
      out.shards.push_back(nodes[instance + static_cast<std::size_t>(shard)].get());
    instance += static_cast<std::size_t>(instances_of(step));
    out.kind = step.spec->kind;
    out.local = local[static_cast<std::size_t>(step.level)]++;
    out.slot = step.child_level < 0 ? slot.index : static_cast<int>(level.statuses++);
    out.offset = slot.offset;
    out.type = slot.type;
    out.trivial = slot.type->trivial;
    out.successors = step.successors;
    out.key_hash = hash_of(step.key);
    out.ordered = step.decorators.ordered;
    out.inline_after = step.spec->kind == Kind::pure && step.decorators.max == 0;
    for (const BoundPort& bound : step.ports) {
      out.ports.push_back(build.port(bound, step.level));
      if (out.call_ports.size() < step.own_ports) out.call_ports.push_back(bound.port);
    }
    for (const int after : step.after) out.after.push_back(build.reader({after, {}, {}}, step.level));
    build.count_reads(out, step.level);
    out.takes_document = step.spec->takes_document;
    out.takes_state = step.spec->takes_state;
    out.direct = Builder::is_direct(out);
    if (out.direct)
      for (const PortLayout& port : out.ports) out.direct_ports.push_back({port.from.front().slot, port.from.front().offset});
    level.pending.push_back(step.predecessors);
  }
  for (std::size_t i = 0; i < plan.sinks.size(); ++i) {
    const SinkStep& sink = plan.sinks[i];
    SinkLayout& out = layout.levels[static_cast<std::size_t>(sink.level)].sinks.emplace_back();
    out.plan = &sink;
    out.node = sinks.empty() ? nullptr : sinks[i].get();
    for (const BoundPort& bound : sink.ports) {
      out.ports.push_back(build.port(bound, sink.level));
      out.call_ports.push_back(bound.port);
    }
  }
  for (LevelLayout& level : layout.levels) {
    for (int& readers : level.readers) readers = std::max(readers, 0);
    place_arrays(level);
  }
  if (plan.identity.slot >= 0) {
    const Slot& slot = plan.slots[static_cast<std::size_t>(plan.identity.slot)];
    layout.has_identity = true;
    layout.identity = build.reader(plan.identity, slot.level);
    layout.identity_level = &layout.levels[static_cast<std::size_t>(slot.level)];
    layout.identity_at_start = slot.step < 0 || plan.steps[static_cast<std::size_t>(slot.step)].child_level >= 0;
    if (!layout.identity_at_start) layout.steps[static_cast<std::size_t>(slot.step)].identity = true;
  }
  return std::move(build.layout);
}

}  // namespace headrace::run
