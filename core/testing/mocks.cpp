#include "core/testing/mocks.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace headrace::testing {

namespace {

void complain(std::vector<Diagnostic>& diagnostics, std::string message, const Place& at, std::string hint = {}) {
  diagnostics.push_back({Severity::error, std::string(codes::bad_mock.code), std::move(message), std::move(hint), at});
}

// ---- the node ------------------------------------------------------------------------------------------------------------

class AnyChildren final : public Children {
 public:
  explicit AnyChildren(std::vector<AnyValue> items) : items_(std::move(items)) {}
  std::size_t size() const override { return items_.size(); }
  void move_out(std::size_t index, void* slot) override { items_[index].move_into(slot); }

 private:
  std::vector<AnyValue> items_;
};

// An answer that knows its type.
struct Prepared {
  MockAnswer::Fill fill{};
  std::vector<ConfigTree> elements{};
  std::optional<Failure> failure{};
  std::string drop{};
  Duration delay{};
};

struct Script {
  const TypeInfo* type = nullptr;  // null: a sink
  bool expands = false;
  std::vector<Prepared> answers{};
};

class MockNode final : public Node {
 public:
  explicit MockNode(std::shared_ptr<const Script> script) : script_(std::move(script)) {}

  Status call(const void* const*, void* out, CallContext& context) noexcept override {
    const Prepared& answer = next();
    try {
      if (answer.failure) return context.failure = *answer.failure, Status::failed;
      if (!answer.drop.empty()) return context.reason = answer.drop, Status::dropped;
      if (script_->expands) context.children = children(answer);
      else if (answer.fill) answer.fill(out);
      return Status::ready;
    } catch (const std::exception& error) {
      context.failure = {"internal", error.what(), false, {}};
      return Status::failed;
    }
  }

  void start(const void* const*, std::shared_ptr<ReplyTarget> target, CallContext& context) override {
    const Prepared& answer = next();
    if (answer.delay == Duration::zero()) return reply(answer, *target);
    context.services->clock.after(answer.delay, [script = script_, &answer, target] { reply(answer, *target); });
  }

 private:
  const Prepared& next() { return script_->answers[std::min(calls_.fetch_add(1, std::memory_order_relaxed), script_->answers.size() - 1)]; }

  std::unique_ptr<Children> children(const Prepared& answer) const {
    std::vector<AnyValue> items;
    for (const ConfigTree& each : answer.elements) items.push_back(AnyValue::read(*script_->type, each.view()));
    return std::make_unique<AnyChildren>(std::move(items));
  }

  static void reply(const Prepared& answer, ReplyTarget& target) {
    void* slot = target.claim();
    if (!slot) return;
    if (answer.failure) return target.complete(Status::failed, *answer.failure, {});
    if (!answer.drop.empty()) return target.complete(Status::dropped, {}, answer.drop);
    answer.fill(slot);
    target.complete(Status::ready, {}, {});
  }

  std::shared_ptr<const Script> script_;
  std::atomic<std::size_t> calls_{0};
};

Kind kind_of(const Script& script) {
  if (!script.type) return Kind::sink;
  for (const Prepared& answer : script.answers)
    if (answer.delay > Duration::zero()) return Kind::async;
  return script.answers.size() > 1 ? Kind::stateful : Kind::pure;
}

std::shared_ptr<const NodeSpec> spec_of(Script script) {
  NodeSpec spec;
  spec.name = "mock";
  spec.doc = "Stands in for another node.";
  spec.kind = kind_of(script);
  spec.output = script.type;
  spec.expands = script.expands;
  for (const Prepared& answer : script.answers) spec.may_drop = spec.may_drop || !answer.drop.empty();
  auto shared = std::make_shared<const Script>(std::move(script));
  spec.build = [shared](BuildContext&) -> std::unique_ptr<Node> { return std::make_unique<MockNode>(shared); };
  return std::make_shared<NodeSpec>(std::move(spec));
}

bool prepare(const MockAnswer& answer, const TypeInfo* type, bool expands, const Place& at, Prepared& out,
             std::vector<Diagnostic>& diagnostics) {
  out = {nullptr, {}, answer.failure, answer.drop, answer.delay};
  if (!type || answer.failure || !answer.drop.empty()) return true;
  if (!expands) return out.fill = answer.read(*type, diagnostics), out.fill != nullptr;
  if (answer.delay > Duration::zero()) return complain(diagnostics, "a key that expands cannot be delayed", at), false;
  if (!answer.elements) return complain(diagnostics, "the mock of a key that expands is a list", at), false;
  const std::size_t before = diagnostics.size();
  for (const ConfigTree& each : out.elements = answer.elements()) mock_value(each).answers.front().read(*type, diagnostics);
  return diagnostics.size() == before;
}

Replacement::Make maker(std::vector<MockAnswer> answers, bool expands, Place at) {
  return [=](const TypeInfo* type, std::vector<Diagnostic>& diagnostics) -> std::shared_ptr<const NodeSpec> {
    Script script{type, expands, std::vector<Prepared>(answers.size())};
    bool good = true;
    for (std::size_t i = 0; i < answers.size(); ++i) good = prepare(answers[i], type, expands, at, script.answers[i], diagnostics) && good;
    for (Diagnostic& each : diagnostics)
      if (!each.at.source) each.at = at;
    return good ? spec_of(std::move(script)) : nullptr;
  };
}

// ---- values --------------------------------------------------------------------------------------------------------------

MockAnswer::Fill read_tree(const ConfigTree& value, const TypeInfo& type, std::vector<Diagnostic>& diagnostics) {
  const auto tree = std::make_shared<const ConfigTree>(value);
  try {
    AnyValue::read(type, tree->view());
  } catch (const BadValue& bad) {
    complain(diagnostics, "the mock is not " + type.name() + ": " + (bad.path.empty() ? "it" : "'" + bad.path + "'") + " " + bad.message,
             bad.at && bad.at->at.line ? bad.at->at : value.at);
    return nullptr;
  }
  return [tree, &type](void* out) { type.read(tree->view(), out); };
}

std::optional<std::string> contents(const std::string& path) {
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, error)) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

MockAnswer::Fill read_json(const std::string& text, const std::string& path, const TypeInfo& type, const Place& at,
                           std::vector<Diagnostic>& diagnostics) {
  try {
    const auto document = std::make_shared<const JsonDocument>(text);
    AnyValue::read(type, document->root());
    return [document, &type](void* out) { type.read(document->root(), out); };
  } catch (const BadValue& bad) {
    complain(diagnostics, "'" + path + "' is not " + type.name() + ": " + (bad.path.empty() ? "" : "'" + bad.path + "' ") + bad.message,
             at);
    return nullptr;
  }
}

MockAnswer::Fill read_file(const std::string& path, const TypeInfo& type, const Place& at, std::vector<Diagnostic>& diagnostics) {
  const auto text = contents(path);
  if (!text) return complain(diagnostics, "cannot read '" + path + "'", at, "the path starts from the folder of the test file"), nullptr;
  if (*type.id == typeid(Bytes)) return [bytes = Bytes(*text)](void* out) { new (out) Bytes(bytes); };
  if (path.ends_with(".json")) return read_json(*text, path, type, at, diagnostics);
  if (path.ends_with(".yaml") || path.ends_with(".yml")) {
    ParsedConfig parsed = load_config(path);
    const bool bad = has_errors(parsed.diagnostics);
    diagnostics.insert(diagnostics.end(), parsed.diagnostics.begin(), parsed.diagnostics.end());
    return bad ? nullptr : read_tree(parsed.root, type, diagnostics);
  }
  if (*type.id == typeid(std::string)) return [text = *text](void* out) { new (out) std::string(text); };
  complain(diagnostics, "'" + path + "' cannot be read as " + type.name(), at,
           "write a .json or a .yaml file, or name the file in a member of the value");
  return nullptr;
}

// ---- YAML ----------------------------------------------------------------------------------------------------------------

class MockReader {
 public:
  explicit MockReader(std::vector<Diagnostic>& diagnostics) : diagnostics_(diagnostics) {}

  Mock read(const ConfigTree& tree) {
    if (!tree.is_map()) return mock_value(tree);
    if (tree.find("fail"))
      return only(tree, {"fail", "kind", "retryable", "retry_after", "delay"}) ? delayed(tree, mock_failure(failure(tree)))
                                                                               : mock_value(tree);
    if (tree.find("drop") && only(tree, {"drop", "delay"})) return delayed(tree, mock_drop(text(*tree.member("drop"))));
    if (tree.find("sequence") && only(tree, {"sequence", "delay"})) return delayed(tree, sequence(*tree.member("sequence")));
    if (tree.find("file") && only(tree, {"file", "delay"}))
      return delayed(tree, mock_file(Codec<Path>::read(scalar(*tree.member("file")).view()).text, tree.member("file")->at));
    if (tree.find("value") && only(tree, {"value", "delay"})) return delayed(tree, mock_value(*tree.member("value")));
    if (tree.find("node")) return mock_node(tree);
    return mock_value(tree);
  }

 private:
  static bool only(const ConfigTree& tree, std::initializer_list<std::string_view> names) {
    return std::all_of(tree.members.begin(), tree.members.end(),
                       [&](const auto& member) { return std::find(names.begin(), names.end(), member.name) != names.end(); });
  }

  const ConfigTree& scalar(const ConfigTree& tree) {
    static const ConfigTree none = config_scalar("");
    if (tree.is_scalar()) return tree;
    return complain(diagnostics_, "this must be a text", tree.at), none;
  }
  std::string text(const ConfigTree& tree) { return scalar(tree).text; }

  template <class T> T value(const ConfigTree& map, std::string_view name, T otherwise) {
    const ConfigTree* tree = map.member(name);
    if (!tree) return otherwise;
    try {
      return read_value<T>(tree->view());
    } catch (const BadValue& bad) {
      return complain(diagnostics_, "'" + std::string(name) + "' " + bad.message, tree->at), otherwise;
    }
  }

  Failure failure(const ConfigTree& tree) {
    Failure out{value<std::string>(tree, "kind", "mocked"), text(*tree.member("fail")), value(tree, "retryable", false), {}};
    if (tree.find("retry_after")) out.retry_after = value(tree, "retry_after", Duration::zero());
    return out;
  }

  Mock delayed(const ConfigTree& tree, Mock then) {
    return tree.find("delay") ? mock_delay(value(tree, "delay", Duration::zero()), std::move(then)) : then;
  }

  Mock sequence(const ConfigTree& tree) {
    if (!tree.is_list() || tree.items.empty())
      return complain(diagnostics_, "'sequence' must be a list of mocks", tree.at), mock_failure({"mocked", "no sequence", false, {}});
    std::vector<Mock> mocks;
    for (const ConfigTree& each : tree.items) mocks.push_back(read(each));
    for (const Mock& each : mocks)
      if (each.answers.empty()) complain(diagnostics_, "a node cannot stand in a sequence", tree.at);
    return mock_sequence(std::move(mocks));
  }

  std::vector<Diagnostic>& diagnostics_;
};

}  // namespace

Mock mock_value(ConfigTree value) {
  MockAnswer answer;
  answer.read = [value](const TypeInfo& type, std::vector<Diagnostic>& diagnostics) { return read_tree(value, type, diagnostics); };
  if (value.is_list()) answer.elements = [value] { return value.items; };
  return {{std::move(answer)}, nullptr, {}};
}

Mock mock_file(std::string path, Place at) {
  MockAnswer answer;
  answer.read = [=](const TypeInfo& type, std::vector<Diagnostic>& diagnostics) { return read_file(path, type, at, diagnostics); };
  return {{std::move(answer)}, nullptr, {}};
}

Mock mock_failure(Failure failure) {
  MockAnswer answer;
  answer.failure = std::move(failure);
  return {{std::move(answer)}, nullptr, {}};
}

Mock mock_drop(std::string reason) {
  MockAnswer answer;
  answer.drop = reason.empty() ? "mocked" : std::move(reason);
  return {{std::move(answer)}, nullptr, {}};
}

Mock mock_delay(Duration delay, Mock then) {
  for (MockAnswer& answer : then.answers) answer.delay += delay;
  return then;
}

Mock mock_sequence(std::vector<Mock> mocks) {
  Mock out;
  for (Mock& each : mocks) std::move(each.answers.begin(), each.answers.end(), std::back_inserter(out.answers));
  return out;
}

Mock mock_node(ConfigTree entry) { return {{}, nullptr, std::move(entry)}; }

Replacement mock(std::string key, Mock mock, Place at) {
  Replacement out{std::move(key), at, nullptr, {}};
  if (mock.node) out.make = [node = mock.node](const TypeInfo*, std::vector<Diagnostic>&) { return node; };
  else if (mock.entry) out.entry = std::move(mock.entry);
  else {
    out.make = maker(mock.answers, false, at);
    out.make_each = maker(mock.answers, true, at);
  }
  return out;
}

std::vector<Replacement> read_mocks(const ConfigTree& map, std::vector<Diagnostic>& diagnostics) {
  std::vector<Replacement> out;
  if (map.kind == ConfigTree::Kind::null) return out;
  if (!map.is_map()) return complain(diagnostics, "'mock' must be a map of keys and what stands in for them", map.at), out;
  for (const auto& member : map.members) {
    const std::size_t before = diagnostics.size();
    Mock read = MockReader(diagnostics).read(member.value);
    if (diagnostics.size() == before) out.push_back(mock(member.name, std::move(read), member.value.at.line ? member.value.at : member.at));
  }
  return out;
}

}  // namespace headrace::testing
