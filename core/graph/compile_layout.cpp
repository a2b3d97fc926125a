// From the draft to the Plan: items become slots, steps, sinks, sources and resources.
#include "core/graph/compile_draft.hpp"

namespace headrace::compile {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

class Layout {
 public:
  explicit Layout(Draft& draft)
      : draft_(draft), plan_(std::make_unique<Plan>()), slot_(draft.items.size(), -1), built_(draft.items.size(), -1) {}

  std::unique_ptr<Plan> run() {
    plan_->name = draft_.name;
    plan_->path = draft_.path;
    plan_->limits = draft_.limits;
    plan_->dead_letters = draft_.dead_letters;
    for (const auto& level : draft_.levels) plan_->levels.push_back({level.parent, -1, -1, 0, 16, {}, {}, {}, {}});
    add_resources();
    add_slots();
    for (const int item : draft_.order) add_step(item);
    link_steps();
    add_sinks();
    plan_->identity = binding(draft_.identity);
    mark_kept();
    measure();
    put_versions(*plan_);
    return std::move(plan_);
  }

 private:
  void add_resources() {
    for (const int item : draft_.resource_order) {
      if (!draft_.items[item].kept) continue;
      built_[at(item)] = static_cast<int>(plan_->resources.size());
      plan_->resources.push_back(build(item));
    }
    if (draft_.store >= 0) plan_->store = built_[at(draft_.store)];
  }

  Build build(int index) {
    Item& item = draft_.items[index];
    Build out;
    out.key = item.key;
    out.spec = item.spec;
    out.config = std::move(item.config);
    out.at = item.node_at;
    for (const auto& [field, resource] : item.resources) out.resources[field] = built_[at(resource)];
    return out;
  }

  void add_slots() {
    for (int i = 0; i < static_cast<int>(draft_.items.size()); ++i) {
      const Item& item = draft_.items[i];
      if (!item.kept || (item.role != Role::input && item.role != Role::source)) continue;
      if (!item.fills()) add_slot(i, 0);
      if (item.role == Role::input) plan_->inputs.push_back(slot_[at(i)]);
      else {
        SourceStep source;
        static_cast<Build&>(source) = build(i);
        source.slot = slot_[at(i)];
        plan_->sources.push_back(std::move(source));
      }
    }
    for (const int item : draft_.order) add_slot(item, draft_.items[item].value_level());
  }

  void add_slot(int index, int level) {
    const Item& item = draft_.items[index];
    Level& home = plan_->levels[at(level)];
    slot_[at(index)] = static_cast<int>(plan_->slots.size());
    Slot slot;
    slot.key = item.key;
    slot.type = item.type;
    slot.level = level;
    slot.offset = (home.block_size + item.type->align - 1) / item.type->align * item.type->align;
    slot.index = static_cast<int>(home.slots.size());
    home.block_size = slot.offset + item.type->size;
    home.block_align = std::max(home.block_align, item.type->align);
    home.slots.push_back(slot_[at(index)]);
    plan_->slots.push_back(std::move(slot));
  }

  Binding binding(const Reference& reference) const {
    if (reference.item < 0) return {};
    return {slot_[at(reference.item)], reference.path, reference.text};
  }

  BoundPort bound_port(const DraftPort& port) const {
    BoundPort out{port.port, {}};
    for (const Reference& from : port.from) out.from.push_back(binding(from));
    return out;
  }

  std::vector<BoundPort> bound_ports(const Item& item) const {
    std::vector<BoundPort> out;
    for (const DraftPort& port : item.ports) out.push_back(bound_port(port));
    return out;
  }

  void add_step(int index) {
    const Item& item = draft_.items[index];
    Step step;
    step.ports = bound_ports(item);
    step.own_ports = step.ports.size();
    if (item.fallback >= 0) add_fallback(step, item.fallback);
    if (item.shard) {
      step.by = static_cast<int>(step.ports.size());
      step.ports.push_back(bound_port(*item.shard));
    }
    step.slot = slot_[at(index)];
    step.level = item.level;
    step.child_level = item.child_level;
    step.decorators = item.decorators;
    for (const int after : item.after) add_once(step.after, slot_[at(after)]);
    for (const BoundPort& port : step.ports)
      if (!port.port.optional && port.from.size() == 1) add_once(step.after, port.from.front().slot);
    static_cast<Build&>(step) = build(index);
    const int number = built_[at(index)] = static_cast<int>(plan_->steps.size());
    plan_->slots[at(step.slot)].step = number;
    plan_->levels[at(step.level)].steps.push_back(number);
    if (step.child_level >= 0) {
      plan_->levels[at(step.child_level)].step = number;
      plan_->levels[at(step.child_level)].first_slot = step.slot;
    }
    plan_->steps.push_back(std::move(step));
  }

  // Its ports wait and live as those of the step do; that one of them is empty keeps nobody from the first call.
  void add_fallback(Step& step, int index) {
    const Item& item = draft_.items[index];
    step.fallback.emplace();
    for (const DraftPort& port : item.ports) step.fallback->ports.push_back(port.port);
    for (BoundPort& port : bound_ports(item)) {
      port.port.name = "fallback." + port.port.name;
      port.port.optional = true;
      step.ports.push_back(std::move(port));
    }
    static_cast<Build&>(*step.fallback) = build(index);
  }

  static void add_once(std::vector<int>& list, int value) {
    if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
  }

  void link_steps() {
    for (const int index : draft_.order) {
      const Item& item = draft_.items[index];
      Step& step = plan_->steps[at(built_[at(index)])];
      for (const auto* list : {&item.reads, &item.waits}) {
        for (const int needed : *list) {
          const Item& producer = draft_.items[needed];
          if (producer.role != Role::key || producer.level != item.level) continue;
          plan_->steps[at(built_[at(needed)])].successors.push_back(built_[at(index)]);
          ++step.predecessors;
        }
      }
      if (step.predecessors == 0) plan_->levels[at(step.level)].roots.push_back(built_[at(index)]);
    }
  }

  void add_sinks() {
    for (int i = 0; i < static_cast<int>(draft_.items.size()); ++i) {
      const Item& item = draft_.items[i];
      if (item.role != Role::sink || !item.kept || draft_.options->want) continue;
      SinkStep sink;
      sink.flush_records = item.flushing.flush_records;
      sink.flush_every = item.flushing.flush_every;
      sink.ordered = item.flushing.ordered;
      sink.ports = bound_ports(item);
      sink.level = item.level;
      static_cast<Build&>(sink) = build(i);
      plan_->levels[at(sink.level)].sinks.push_back(static_cast<int>(plan_->sinks.size()));
      plan_->sinks.push_back(std::move(sink));
    }
  }

  void mark_kept() {
    std::vector<int> last_reader(plan_->slots.size(), -1);
    for (std::size_t i = 0; i < plan_->steps.size(); ++i) {
      const Step& step = plan_->steps[i];
      for (const BoundPort& port : step.ports) {
        for (const Binding& from : port.from) {
          Slot& slot = plan_->slots[at(from.slot)];
          if (slot.level != step.level) slot.keep = true;
          else if (std::exchange(last_reader[at(from.slot)], static_cast<int>(i)) != static_cast<int>(i)) ++slot.readers;
        }
      }
    }
    for (const SinkStep& sink : plan_->sinks)
      for (const BoundPort& port : sink.ports)
        for (const Binding& from : port.from) plan_->slots[at(from.slot)].keep = true;
    if (plan_->identity.slot >= 0) plan_->slots[at(plan_->identity.slot)].keep = true;
    for (const int item : draft_.wanted)
      if (slot_[at(item)] >= 0) plan_->slots[at(slot_[at(item)])].keep = true;
  }

  void measure() {
    std::vector<std::size_t> length(draft_.items.size(), 0);
    for (const int index : draft_.order) {
      const Item& item = draft_.items[index];
      for (const auto* list : {&item.reads, &item.waits})
        for (const int needed : *list) length[at(index)] = std::max(length[at(index)], length[at(needed)]);
      plan_->longest_path = std::max(plan_->longest_path, ++length[at(index)]);
    }
  }

  Draft& draft_;
  std::unique_ptr<Plan> plan_;
  std::vector<int> slot_;   // of each item
  std::vector<int> built_;  // index of each item among the steps, or the resources
};

}  // namespace

std::unique_ptr<Plan> lay_out(Draft& draft) { return Layout(draft).run(); }

}  // namespace headrace::compile
