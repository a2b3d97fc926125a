#include "core/cli/schema.hpp"

namespace headrace::cli {

namespace {

constexpr int deepest = 16;  // a type may hold lists of itself

void text_member(JsonWriter& writer, std::string_view name, std::string_view value) {
  writer.member(name);
  writer.string(value);
}

void write_type(JsonWriter& writer, const TypeInfo& type, std::string_view doc, int depth);

void write_struct(JsonWriter& writer, const std::vector<TypeInfo::Member>& members, int depth) {
  text_member(writer, "type", "object");
  writer.member("properties");
  writer.begin_object();
  for (const auto& member : members) {
    writer.member(member.name);
    write_type(writer, *member.type, member.doc, depth + 1);
  }
  writer.end_object();
}

// Types that JSON has no word for, by the name of their codec.
void write_scalar(JsonWriter& writer, const std::string& name) {
  struct Shape { std::string_view name, json; };
  constexpr Shape shapes[] = {{"boolean", R"("type":"boolean")"},
                              {"integer", R"("type":"integer")"},
                              {"number", R"("type":"number")"},
                              {"string", R"("type":"string")"},
                              {"path", R"("type":"string")"},
                              {"bytes", R"("type":["string","object"])"},
                              {"duration", R"("type":["string","number"])"},
                              {"size", R"("type":["string","integer"])"},
                              {"bindings", R"("type":["object","array"])"},
                              {"time", R"("type":"string","anyOf":[{"format":"date-time"},{"format":"date"}])"}};
  for (const Shape& shape : shapes)
    if (shape.name == name) return writer.raw(shape.json);
}

void write_type(JsonWriter& writer, const TypeInfo& type, std::string_view doc, int depth) {
  writer.begin_object();
  if (!doc.empty()) text_member(writer, "description", doc);
  const std::string name = type.name();
  if (depth >= deepest) return writer.end_object();
  if (type.element) {
    const bool list = name.starts_with("list of ");
    text_member(writer, "type", list ? "array" : "object");
    writer.member(list ? "items" : "additionalProperties");
    write_type(writer, *type.element, "", depth + 1);
  } else if (const auto members = type.members(); !members.empty()) {
    text_member(writer, "title", name);
    write_struct(writer, members, depth);
  } else {
    write_scalar(writer, name);
  }
  writer.end_object();
}

void write_field(JsonWriter& writer, const FieldSpec& field) {
  writer.begin_object();
  text_member(writer, "description", field.doc);
  if (field.resource) {
    writer.member("type");
    writer.raw(R"(["string","object"])");  // a resource's key, a file, or {node: ...}
  } else if (!field.choices.empty()) {
    writer.member("enum");
    writer.begin_list();
    for (const auto& choice : field.choices) writer.string(choice);
    writer.end_list();
  } else {
    writer.member("type");
    writer.raw(field.type_name == "boolean"   ? R"(["boolean","string"])"
               : field.type_name == "integer" ? R"(["integer","string"])"
               : field.type_name == "number"  ? R"(["number","string"])"
               : field.type->element          ? R"(["array","object","string"])"
                                              : R"(["string","number","object","array"])");  // a string may be "${parameter}"
  }
  if (field.range) {
    writer.member("minimum");
    writer.number(field.range->low);
    writer.member("maximum");
    writer.number(field.range->high);
  }
  if (!field.required && !field.secret && !field.default_json.empty()) {
    writer.member("default");
    writer.raw(field.default_json);
  }
  writer.end_object();
}

void write_ports(JsonWriter& writer, const NodeSpec& spec) {
  writer.begin_object();
  text_member(writer, "type", "object");
  writer.member("properties");
  writer.begin_object();
  for (const Port& port : spec.inputs) {
    writer.member(port.name);
    if (port.type) write_schema(writer, *port.type);
    else writer.raw("true");
  }
  writer.end_object();
  writer.member("required");
  writer.begin_list();
  for (const Port& port : spec.inputs)
    if (!port.optional) writer.string(port.name);
  writer.end_list();
  writer.end_object();
}

}  // namespace

void write_schema(JsonWriter& writer, const TypeInfo& type) { write_type(writer, type, "", 0); }

void write_node_schema(JsonWriter& writer, const NodeSpec& spec) {
  writer.begin_object();
  text_member(writer, "$schema", "https://json-schema.org/draft/2020-12/schema");
  text_member(writer, "title", spec.name);
  text_member(writer, "description", spec.doc);
  text_member(writer, "type", "object");
  writer.member("properties");
  writer.begin_object();
  writer.member("node");
  writer.begin_object();
  text_member(writer, "const", spec.name);
  writer.end_object();
  for (const FieldSpec& field : spec.fields) {
    writer.member(field.name);
    write_field(writer, field);
  }
  writer.end_object();
  writer.member("required");
  writer.begin_list();
  writer.string("node");
  for (const FieldSpec& field : spec.fields)
    if (field.required) writer.string(field.name);
  writer.end_list();
  writer.member("$defs");
  writer.begin_object();
  writer.member("inputs");
  write_ports(writer, spec);
  if (spec.output) {
    writer.member("value");
    write_schema(writer, *spec.output);
  }
  writer.end_object();
  writer.end_object();
}

}  // namespace headrace::cli
