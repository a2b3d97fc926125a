#include "core/graph/constant.hpp"

#include "core/config/tree.hpp"

namespace headrace {

namespace {

class ConstantNode final : public Node {
 public:
  ConstantNode(const TypeInfo& type, ConfigTree value) : type_(type), value_(std::move(value)) {}
  Status call(const void* const*, void* out, CallContext& context) noexcept override {
    try {
      type_.read(value_.view(), out);
      return Status::ready;
    } catch (const std::exception& error) {
      context.failure = {"bad_input", error.what(), false, {}};
      return Status::failed;
    }
  }

 private:
  const TypeInfo& type_;
  ConfigTree value_;
};

NodeSpec spec_for(const TypeInfo& type) {
  NodeSpec spec;
  spec.name = constant_name;
  spec.doc = "Gives every record the same value; its type is that of the key.";
  spec.file = __FILE__;
  spec.line = __LINE__;
  spec.output = &type;
  FieldSpec value;
  value.name = "value";
  value.doc = "The value.";
  value.type = &type;
  value.type_name = type.name();
  value.required = true;
  value.check = [&type](const ValueView& view) { AnyValue::read(type, view); };
  spec.fields.push_back(std::move(value));
  spec.build = [&type](BuildContext& context) -> std::unique_ptr<Node> {
    const auto value = context.config ? context.config->member("value") : std::nullopt;
    return std::make_unique<ConstantNode>(type, value && value->config() ? *value->config() : ConfigTree());
  };
  return spec;
}

[[maybe_unused]] const bool registered = register_node(spec_for(type_of<Json>()));

}  // namespace

std::shared_ptr<const NodeSpec> constant_node(const TypeInfo& type) { return std::make_shared<NodeSpec>(spec_for(type)); }

}  // namespace headrace
