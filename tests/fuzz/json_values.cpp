// Every value type that a key or a port of the registry has, and those of core: what reads, from JSON or from a configuration,
// can be written, and reads back as the same value.
#include "core/config/tree.hpp"
#include "core/graph/spec.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

namespace {

std::vector<const TypeInfo*> every_type() {
  std::vector<const TypeInfo*> types;
  const auto add = [&](const TypeInfo* type) {
    if (type && std::none_of(types.begin(), types.end(), [&](const TypeInfo* known) { return *known == *type; })) types.push_back(type);
  };
  for (const KeyInfo* key : vocabulary()) add(key->type);
  for (const NodeSpec* node : registered_nodes()) {
    add(node->output);
    for (const Port& port : node->inputs) add(port.type);
    for (const FieldSpec& field : node->fields) add(field.type);
  }
  for (const TypeInfo* type :
       {&type_of<std::uint8_t>(), &type_of<std::uint64_t>(), &type_of<float>(), &type_of<Bindings>(), &type_of<std::vector<Bytes>>(),
        &type_of<std::map<std::string, Time>>(), &type_of<std::vector<std::map<std::string, double>>>()})
    add(type);
  return types;
}

std::string written(const AnyValue& value) {
  JsonWriter writer;
  value.type().write(writer, value.data());
  return writer.take();
}

void check_text(const TypeInfo& type, const ValueView& view) {
  AnyValue value;
  try {
    value = AnyValue::read(type, view);
  } catch (const BadValue&) {
    return;
  }
  const std::string once = written(value);
  const JsonDocument document(once);
  fuzz::require(written(AnyValue::read(type, document.root())) == once, "what is written reads back and writes the same");
}

template <class T> void check_equal(const ValueView& view) {
  T value{};
  try {
    value = read_value<T>(view);
  } catch (const BadValue&) {
    return;
  }
  fuzz::require(from_json<T>(to_json(value)) == value, "what is written reads back equal");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<const TypeInfo*> types = every_type();
  const std::string_view text = fuzz::text_of(data, size);
  if (size > fuzz::longest_input || text.find("file") != std::string_view::npos) return 0;  // Bytes may name a file
  try {
    const JsonDocument document(text);
    const ValueView root = document.root();
    for (const TypeInfo* type : types) check_text(*type, root);
    [&]<class... T>(std::tuple<T...>*) {
      (check_equal<T>(root), ...);
    }(static_cast<std::tuple<bool, int, std::uint64_t, double, std::string, Bytes, Duration, Time, ByteSize, Path, Json,
                             std::optional<Time>, std::vector<Duration>>*>(nullptr));
  } catch (const BadValue& bad) {
    fuzz::require(bad.message.starts_with("not JSON: ") && !is_utf8("\xff"), "only a text that is no JSON is refused as a whole");
  }
  const ParsedConfig parsed = parse_config(std::string(text), "fuzz.yaml");
  for (const TypeInfo* type : types) check_text(*type, parsed.root.view());
  return 0;
}
