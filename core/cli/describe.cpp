#include "core/cli/describe.hpp"

#include <algorithm>

#include "core/cli/schema.hpp"

namespace headrace::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string type_name(const TypeInfo* type) { return type ? type->name() : "any value"; }

std::string port_source(const Port& port) {
  std::string out;
  for (const auto& each : port.from) out += (out.empty() ? "" : " or ") + each;
  return out.empty() ? "" : "from " + out;
}

std::string field_rule(const FieldSpec& field) {
  if (field.required) return "required";
  if (field.resource) return field.resource->default_node.empty() ? "resource" : "resource, else a " + field.resource->default_node;
  std::string out = field.secret || field.default_json.empty() ? "" : "default " + field.default_json;
  for (std::size_t i = 0; i < field.choices.size(); ++i) out += (i == 0 ? "; one of " : ", ") + field.choices[i];
  return out;
}

Rows port_rows(const NodeSpec& spec) {
  Rows rows;
  for (const Port& port : spec.inputs)
    rows.push_back({port.name, type_name(port.type), port.optional ? "may be absent" : "", port_source(port)});
  return rows;
}

Rows field_rows(const NodeSpec& spec) {
  Rows rows;
  for (const FieldSpec& field : spec.fields) rows.push_back({field.name, field.type_name, field_rule(field), field.doc});
  return rows;
}

Rows member_rows(const TypeInfo& type) {
  const TypeInfo* inner = &type;
  while (inner->element) inner = inner->element;
  Rows rows;
  for (const auto& member : inner->members())
    rows.push_back({std::string(member.name), member.type->name(), member.may_be_absent ? "may be absent" : "", std::string(member.doc)});
  return rows;
}

std::string section(const std::string& title, Rows rows) {
  if (rows.empty()) return "";
  for (auto& row : rows) row[0] = "  " + row[0];
  return "\n" + title + "\n" + format_columns(rows);
}

std::string markdown_table(const std::string& title, const Rows& rows, const std::vector<std::string>& head) {
  if (rows.empty()) return "";
  std::string out = "\n### " + title + "\n\n|";
  for (const auto& each : head) out += " " + each + " |";
  out += "\n|";
  for (std::size_t i = 0; i < head.size(); ++i) out += " --- |";
  for (const auto& row : rows) {
    out += "\n|";
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::string cell = row[i];
      for (std::size_t at = 0; (at = cell.find('|', at)) != std::string::npos; at += 2) cell.replace(at, 1, "\\|");
      out += " " + (i == 0 ? "`" + cell + "`" : cell) + " |";
    }
  }
  return out + "\n";
}

void write_rows(JsonWriter& writer, std::string_view name, const Rows& rows, const std::vector<std::string_view>& columns) {
  writer.member(name);
  writer.begin_list();
  for (const auto& row : rows) {
    writer.begin_object();
    for (std::size_t i = 0; i < row.size(); ++i) {
      writer.member(columns[i]);
      writer.string(row[i]);
    }
    writer.end_object();
  }
  writer.end_list();
}

void write_text(JsonWriter& writer, std::string_view name, std::string_view value) {
  writer.member(name);
  writer.string(value);
}

std::string node_json(const NodeSpec& spec) {
  JsonWriter writer;
  writer.begin_object();
  write_text(writer, "node", spec.name);
  write_text(writer, "doc", spec.doc);
  write_text(writer, "kind", kind_name(spec.kind));
  for (const auto& [name, value] :
       {std::pair("may_drop", spec.may_drop), std::pair("expands", spec.expands), std::pair("keeps_state", spec.takes_state)}) {
    writer.member(name);
    writer.boolean(value);
  }
  writer.member("value");
  if (spec.output) writer.string(spec.output->name());
  else writer.null();
  if (spec.provides) write_text(writer, "provides", spec.provides->name);
  write_rows(writer, "inputs", port_rows(spec), {"name", "type", "presence", "from"});
  write_rows(writer, "fields", field_rows(spec), {"name", "type", "rule", "doc"});
  writer.member("errors");
  write_json(writer, spec.errors);
  writer.end_object();
  return writer.take() + "\n";
}

std::string value_line(const NodeSpec& spec) {
  if (spec.provides) return "a " + spec.provides->name;
  if (spec.fills) return "the inputs of its pipeline";
  if (!spec.output) return "nothing";
  return (spec.expands ? "any number of " : "") + spec.output->name();
}

std::string node_text(const NodeSpec& spec) {
  std::string out = spec.name + ": " + spec.doc + "\n" + call_kind(spec) + "; gives " + value_line(spec) + "\n";
  out += section("inputs", port_rows(spec));
  if (spec.dynamic) out += "\nfurther inputs follow from its configuration\n";
  out += section("fields", field_rows(spec));
  if (spec.output) out += section("value", member_rows(*spec.output));
  if (!spec.errors.empty()) {
    out += "\nerrors\n ";
    for (const auto& kind : spec.errors) out += " " + kind;
    out += "\n";
  }
  return out;
}

std::string node_markdown(const NodeSpec& spec) {
  std::string out = "## " + spec.name + "\n\n" + spec.doc + "\n\nKind: " + call_kind(spec) + ". Gives: " + value_line(spec) + ".\n";
  out += markdown_table("Inputs", port_rows(spec), {"input", "type", "", "from"});
  out += markdown_table("Fields", field_rows(spec), {"field", "type", "", "meaning"});
  if (spec.output) out += markdown_table("Value", member_rows(*spec.output), {"member", "type", "", "meaning"});
  if (!spec.errors.empty()) {
    out += "\nErrors of its own:";
    for (std::size_t i = 0; i < spec.errors.size(); ++i) out += (i == 0 ? " `" : ", `") + spec.errors[i] + "`";
    out += ".\n";
  }
  return out;
}

// Nodes by what they have to do with a key: its name as a port, its type as their value.
std::pair<std::vector<std::string>, std::vector<std::string>> makers_and_readers(const KeyInfo& key) {
  std::pair<std::vector<std::string>, std::vector<std::string>> out;
  for (const NodeSpec* spec : registered_nodes()) {
    if (spec->output && *spec->output == *key.type && !key.type->members().empty()) out.first.push_back(spec->name);
    if (std::any_of(spec->inputs.begin(), spec->inputs.end(), [&](const Port& port) { return port.name == key.name; }))
      out.second.push_back(spec->name);
  }
  return out;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// Nodes, each with the way to it in the reference.
std::string linked(const std::string& title, const std::vector<std::string>& nodes) {
  std::string out;
  for (const auto& name : nodes) out += (out.empty() ? "\n" + title + " " : ", ") + ("[" + name + "](nodes.md#" + name + ")");
  return out.empty() ? "" : out + ".\n";
}

std::string key_json(const KeyInfo& key) {
  const auto [makers, readers] = makers_and_readers(key);
  JsonWriter writer;
  writer.begin_object();
  write_text(writer, "key", key.name);
  write_text(writer, "doc", key.doc);
  write_text(writer, "type", key.type->name());
  write_rows(writer, "members", member_rows(*key.type), {"name", "type", "presence", "doc"});
  writer.member("made_by");
  write_json(writer, makers);
  writer.member("read_by");
  write_json(writer, readers);
  writer.end_object();
  return writer.take() + "\n";
}

}  // namespace

std::string format_columns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> width;
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i == width.size()) width.push_back(0);
      width[i] = std::max(width[i], row[i].size());
    }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size() && width[i] > 0) line += std::string(width[i] - row[i].size() + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string call_kind(const NodeSpec& spec) {
  std::string out(kind_name(spec.kind));
  if (spec.may_drop) out += ", may drop";
  if (spec.expands) out += ", expands";
  if (spec.takes_state) out += ", keeps state";
  return out;
}

std::string describe_node(const NodeSpec& spec, Format format) {
  if (format == Format::json) return node_json(spec);
  if (format == Format::markdown) return node_markdown(spec);
  if (format == Format::text) return node_text(spec);
  JsonWriter writer;
  write_node_schema(writer, spec);
  return writer.take() + "\n";
}

std::string describe_key(const KeyInfo& key, Format format) {
  const auto [makers, readers] = makers_and_readers(key);
  const std::string head = std::string(key.name) + ": " + std::string(key.doc) + "\n" + key.type->name() + "\n";
  switch (format) {
    case Format::json: return key_json(key);
    case Format::markdown:
      return "## " + std::string(key.name) + "\n\n" + std::string(key.doc) + " Type: " + key.type->name() + ".\n" +
             linked("Made by", makers) + linked("Read by", readers) +
             markdown_table("Members", member_rows(*key.type), {"member", "type", "", "meaning"});
    case Format::jsonschema: {
      JsonWriter writer;
      write_schema(writer, *key.type);
      return writer.take() + "\n";
    }
    case Format::text: break;
  }
  return head + section("members", member_rows(*key.type)) + (makers.empty() ? "" : "\nmade by   " + joined(makers) + "\n") +
         (readers.empty() ? "" : "\nread by   " + joined(readers) + "\n");
}

}  // namespace headrace::cli
