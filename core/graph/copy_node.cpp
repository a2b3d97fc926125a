#include "core/graph/copy_node.hpp"

namespace headrace {

namespace {

class CopyNode final : public Node {
 public:
  explicit CopyNode(const TypeInfo& type) : type_(type) {}
  Status call(const void* const* inputs, void* out, CallContext& context) noexcept override {
    try {
      type_.copy(inputs[0], out);
      return Status::ready;
    } catch (const std::exception& error) {
      context.failure = {"internal", error.what(), false, {}};
      return Status::failed;
    }
  }

 private:
  const TypeInfo& type_;
};

}  // namespace

std::shared_ptr<const NodeSpec> copy_node(const TypeInfo& type) {
  NodeSpec spec;
  spec.name = "copy";
  spec.doc = "Gives a copy of another key.";
  spec.file = __FILE__;
  spec.line = __LINE__;
  spec.inputs = {{"key", &type, false, {}}};
  spec.output = &type;
  spec.build = [&type](BuildContext&) -> std::unique_ptr<Node> { return std::make_unique<CopyNode>(type); };
  return std::make_shared<NodeSpec>(std::move(spec));
}

}  // namespace headrace
