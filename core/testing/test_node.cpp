#include "core/testing/test_node.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "core/config/tree.hpp"

namespace headrace::testing {

namespace {

class MemoryState final : public StateAccess {
 public:
  std::optional<std::string> get(std::string_view key) override {
    const auto found = values_.find(key);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
  }
  void put(std::string key, std::string value) override { values_[std::move(key)] = std::move(value); }
  void remove(std::string key) override { values_.erase(key); }
  void scan(std::string_view prefix, const std::function<void(std::string_view, std::string_view)>& visit) override {
    for (auto it = values_.lower_bound(prefix); it != values_.end() && it->first.starts_with(prefix); ++it) visit(it->first, it->second);
  }
  int stored_version() override { return values_.empty() ? 0 : 1; }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

// The answer of one asynchronous call.
class DirectReply final : public ReplyTarget {
 public:
  explicit DirectReply(void* slot) : slot_(slot) {}
  void* claim() override { return claimed_.exchange(true) ? nullptr : slot_; }
  void complete(Status status, Failure failure, std::string reason) override {
    failure_ = std::move(failure);
    reason_ = std::move(reason);
    status_.store(status, std::memory_order_release);
  }
  void park() override {}
  void ready(std::function<void()> task) override { task(); }
  Status status() const { return status_.load(std::memory_order_acquire); }
  Failure failure_;
  std::string reason_;

 private:
  void* slot_;
  std::atomic<bool> claimed_{false};
  std::atomic<Status> status_{Status::pending};
};

}  // namespace

struct TestNode::Impl {
  const NodeSpec* spec;
  ParsedConfig config;
  std::unique_ptr<Clock> clock = make_virtual_clock();
  IoLoop io{*clock};
  Services services{*clock, io, silent_log(), 1};
  std::map<std::string, std::shared_ptr<void>, std::less<>> resources;
  std::map<std::string, AnyValue, std::less<>> inputs;
  std::vector<Port> ports;
  MemoryState state;
  std::vector<MarkedChange> marks;
  std::map<std::string, std::string, std::less<>> positions;
  std::string document;
  std::uint64_t calls = 0;
  std::unique_ptr<Node> node;

  std::vector<const void*> bound() const {
    std::vector<const void*> out;
    for (const Port& port : ports) {
      const auto given = inputs.find(port.name);
      out.push_back(given == inputs.end() ? nullptr : given->second.data());
      if (!out.back() && !port.optional) throw std::logic_error("'" + spec->name + "' needs '" + port.name + "': give it one");
    }
    return out;
  }
  CallContext context() {
    CallContext context;
    context.services = &services;
    context.record = calls++;
    context.document_id = document;
    context.marks = &marks;
    context.state = &state;
    context.ports = &ports;
    return context;
  }
};

TestNode::TestNode(std::string_view name, std::string config) : impl_(std::make_unique<Impl>()) {
  impl_->spec = find_node(name);
  if (!impl_->spec) throw std::runtime_error("there is no node '" + std::string(name) + "'");
  impl_->config = parse_config(std::move(config), "configuration");
  for (const auto& member : impl_->config.root.members) {
    const auto& fields = impl_->spec->fields;
    const auto known = std::find_if(fields.begin(), fields.end(), [&](const FieldSpec& field) { return field.name == member.name; });
    if (known == fields.end()) throw std::runtime_error("'" + impl_->spec->name + "' has no field '" + member.name + "'");
  }
}
TestNode::~TestNode() = default;

TestNode& TestNode::set_resource(std::string_view field, std::shared_ptr<void> resource) {
  impl_->resources[std::string(field)] = std::move(resource);
  return *this;
}
TestNode& TestNode::set_input(std::string_view port, AnyValue value) {
  impl_->inputs.insert_or_assign(std::string(port), std::move(value));
  return *this;
}
TestNode& TestNode::absent(std::string_view port) {
  impl_->inputs.erase(std::string(port));
  return *this;
}
TestNode& TestNode::document(std::string id) {
  impl_->document = std::move(id);
  return *this;
}

void TestNode::check_output(const TypeInfo& type) const {
  if (!impl_->spec->output || !(*impl_->spec->output == type))
    throw std::logic_error("'" + impl_->spec->name + "' gives another type than " + type.name());
}

std::vector<MarkedChange>& TestNode::marks() { return impl_->marks; }
Services& TestNode::services() { return impl_->services; }
void TestNode::reopen() { impl_->node.reset(); }

Node& TestNode::node() {
  if (impl_->node) return *impl_->node;
  const NodeSpec& spec = *impl_->spec;
  std::optional<ValueView> config;
  if (impl_->config.root.is_map()) config = impl_->config.root.view();
  BuildContext context{config,
                       [&](const FieldSpec& field) {
                         const auto found = impl_->resources.find(field.name);
                         return found == impl_->resources.end() ? nullptr : found->second;
                       },
                       impl_->services};
  try {
    impl_->ports = spec.ports ? spec.ports(config) : spec.inputs;
    impl_->node = spec.build(context);
  } catch (const BadValue& bad) {
    throw std::runtime_error(bad.path + ": " + bad.message);
  }
  for (Port& port : impl_->ports)
    if (const auto given = impl_->inputs.find(port.name); !port.type && given != impl_->inputs.end()) port.type = &given->second.type();
  impl_->node->open(impl_->state);
  return *impl_->node;
}

TestNode::Outcome TestNode::call_erased(const std::function<void(void*)>& take) {
  Node& built = node();
  const TypeInfo& type = *impl_->spec->output;
  const std::unique_ptr<void, void (*)(void*)> slot(std::malloc(std::max<std::size_t>(type.size, 1)), std::free);
  const auto inputs = impl_->bound();
  CallContext context = impl_->context();
  const auto take_slot = [&] {
    take(slot.get());
    type.destroy(slot.get());
  };
  if (impl_->spec->kind == Kind::async) {
    const auto reply = std::make_shared<DirectReply>(slot.get());
    built.start(inputs.data(), reply, context);
    while (reply->status() == Status::pending) {
      if (reply.use_count() == 1) return {Status::failed, "", {"no_reply", "the node let go of its Reply", false, {}}};
      impl_->io.run_once(std::chrono::milliseconds(50));
    }
    if (reply->status() == Status::ready) take_slot();
    return {reply->status(), reply->reason_, reply->failure_};
  }
  const Status status = built.call(inputs.data(), slot.get(), context);
  if (status == Status::ready && context.children) {
    for (std::size_t i = 0; i < context.children->size(); ++i) {
      context.children->move_out(i, slot.get());
      take_slot();
    }
  } else if (status == Status::ready) take_slot();
  return {status, context.reason, context.failure};
}

Status TestNode::call_sink() {
  Node& built = node();
  const auto inputs = impl_->bound();
  CallContext context = impl_->context();
  const Status status = built.call(inputs.data(), nullptr, context);
  if (status == Status::failed) throw NodeError(context.failure);
  built.flush();
  return status;
}

namespace {

struct Collector final : SourceTarget {
  std::size_t limit;
  bool settle;
  const std::function<void(AnyValue)>& take;
  std::vector<Position>& positions;
  std::vector<Failure>& failures;
  std::vector<Position>& settled_positions;
  std::vector<std::pair<std::string, Failure>>& troubles;
  std::map<std::string, std::string, std::less<>>& stored;
  Services& services;
  std::stop_source stop;

  Collector(std::size_t limit, bool settle, const std::function<void(AnyValue)>& take, std::vector<Position>& positions,
            std::vector<Failure>& failures, std::vector<Position>& settled, std::vector<std::pair<std::string, Failure>>& troubles,
            std::map<std::string, std::string, std::less<>>& stored, Services& services)
      : limit(limit),
        settle(settle),
        take(take),
        positions(positions),
        failures(failures),
        settled_positions(settled),
        troubles(troubles),
        stored(stored),
        services(services) {}

  void keep(const Position& position) {
    if (settle && position.payload) stored[position.partition] = *position.payload;
  }
  bool emit(AnyValue value, Position position) override {
    if (positions.size() >= limit) return stop.request_stop(), false;
    keep(position);
    take(std::move(value));
    positions.push_back(std::move(position));
    return true;
  }
  bool fail(Failure failure, Position position) override {
    keep(position);
    failures.push_back(std::move(failure));
    return true;
  }
  void settled(Position position) override {
    keep(position);
    settled_positions.push_back(std::move(position));
  }
  std::optional<std::string> last(std::string_view partition) override {
    const auto found = stored.find(partition);
    return found == stored.end() ? std::nullopt : std::optional(found->second);
  }
  bool all_settled(std::string_view) override { return settle; }
  void trouble(std::string_view subject, Failure failure) override { troubles.emplace_back(subject, std::move(failure)); }
  bool sleep(Duration) override { return stop.request_stop(), false; }  // a test runs one round
  std::stop_token stop_token() const override { return stop.get_token(); }
};

}  // namespace

void TestNode::run_erased(std::size_t limit, bool settle, const std::function<void(AnyValue)>& take, std::vector<Position>& positions,
                          std::vector<Failure>& failures, std::vector<Position>& settled,
                          std::vector<std::pair<std::string, Failure>>& troubles) {
  Collector collector(limit, settle, take, positions, failures, settled, troubles, impl_->positions, impl_->services);
  Node& built = node();
  std::jthread loop([this](std::stop_token stop) {
    while (!stop.stop_requested()) impl_->io.run_once(std::chrono::milliseconds(20));
  });
  const Clock::Busy busy(*impl_->clock);  // as in the engine: the thread of a source counts as busy
  built.run(collector);
}

}  // namespace headrace::testing
