#include <algorithm>
#include <filesystem>
#include <ostream>

#include "core/cli/common.hpp"
#include "core/cli/describe.hpp"
#include "core/cli/schema.hpp"
#include "core/cli/verbs.hpp"
#include "core/state/state_view.hpp"

namespace headrace::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;

Format format_of(const Args& args) {
  const std::string name = args.value("--format").value_or("text");
  constexpr std::pair<std::string_view, Format> formats[] = {
      {"text", Format::text}, {"json", Format::json}, {"markdown", Format::markdown}, {"jsonschema", Format::jsonschema}};
  for (const auto& [each, format] : formats)
    if (each == name) return format;
  throw UsageError("--format takes text, json, markdown or jsonschema, not '" + name + "'");
}

const Slot& slot_of(const Plan& plan, int number) { return plan.slots[static_cast<std::size_t>(number)]; }

std::string bindings_of(const std::vector<BoundPort>& ports) {
  std::string out;
  for (const BoundPort& port : ports)
    for (const Binding& from : port.from) out += (out.empty() ? "" : ", ") + from.text;
  return out;
}

// What the pipeline gives: the inputs of its sinks; without sinks, every key that no step reads.
std::vector<int> outputs_of(const Plan& plan) {
  std::vector<bool> read(plan.slots.size()), sunk(plan.slots.size());
  const auto mark = [](const std::vector<BoundPort>& ports, std::vector<bool>& into) {
    for (const BoundPort& port : ports)
      for (const Binding& from : port.from) into[static_cast<std::size_t>(from.slot)] = true;
  };
  for (const Step& step : plan.steps) mark(step.ports, read);
  for (const SinkStep& sink : plan.sinks) mark(sink.ports, sunk);
  std::vector<int> out;
  for (std::size_t i = 0; i < plan.slots.size(); ++i)
    if (plan.sinks.empty() ? !read[i] && plan.slots[i].step >= 0 : sunk[i]) out.push_back(static_cast<int>(i));
  return out;
}

struct Section {
  std::string_view title;
  std::vector<std::string_view> columns;
  Rows rows;
};

std::vector<Section> sections_of(const Plan& plan) {
  Section inputs{"inputs", {"key", "type"}, {}}, sources{"sources", {"key", "node", "type"}, {}},
      resources{"resources", {"key", "node"}, {}};
  Section keys{"keys", {"key", "node", "type", "reads"}, {}}, sinks{"sinks", {"key", "node", "reads"}, {}},
      outputs{"outputs", {"key", "type"}, {}};
  for (const int input : plan.inputs) inputs.rows.push_back({slot_of(plan, input).key, slot_of(plan, input).type->name()});
  for (const Build& each : plan.resources) resources.rows.push_back({each.key, each.spec->name});
  for (const SourceStep& each : plan.sources)
    sources.rows.push_back({each.key, each.spec->name, each.slot < 0 ? "" : slot_of(plan, each.slot).type->name()});
  for (const Step& each : plan.steps)
    keys.rows.push_back({each.key, each.spec->name, slot_of(plan, each.slot).type->name(), bindings_of(each.ports)});
  for (const SinkStep& each : plan.sinks) sinks.rows.push_back({each.key, each.spec->name, bindings_of(each.ports)});
  for (const int output : outputs_of(plan)) outputs.rows.push_back({slot_of(plan, output).key, slot_of(plan, output).type->name()});
  return {inputs, resources, sources, keys, sinks, outputs};
}

std::string pipeline_text(const Plan& plan) {
  std::string out = plan.name + ": " + plan.path + "\n";
  for (Section& section : sections_of(plan)) {
    if (section.rows.empty()) continue;
    for (auto& row : section.rows) row[0] = "  " + row[0];
    out += "\n" + std::string(section.title) + "\n" + format_columns(section.rows);
  }
  return out;
}

std::string pipeline_markdown(const Plan& plan) {
  std::string out = "## " + plan.name + "\n";
  for (const Section& section : sections_of(plan)) {
    if (section.rows.empty()) continue;
    out += "\n### " + std::string(section.title) + "\n\n|";
    for (const auto& column : section.columns) out += " " + std::string(column) + " |";
    out += "\n|";
    for (std::size_t i = 0; i < section.columns.size(); ++i) out += " --- |";
    for (const auto& row : section.rows) {
      out += "\n|";
      for (const auto& cell : row) out += " " + cell + " |";
    }
    out += "\n";
  }
  return out;
}

std::string pipeline_json(const Plan& plan) {
  JsonWriter writer;
  writer.begin_object();
  for (const auto& [name, value] : {std::pair("pipeline", plan.name), std::pair("file", plan.path), std::pair("version", plan.version)}) {
    writer.member(name);
    writer.string(value);
  }
  for (const Section& section : sections_of(plan)) {
    writer.member(section.title);
    writer.begin_list();
    for (const auto& row : section.rows) {
      writer.begin_object();
      for (std::size_t i = 0; i < row.size(); ++i) {
        writer.member(section.columns[i]);
        writer.string(row[i]);
      }
      writer.end_object();
    }
    writer.end_list();
  }
  writer.end_object();
  return writer.take() + "\n";
}

void write_slots_schema(JsonWriter& writer, const Plan& plan, const std::vector<int>& slots) {
  writer.begin_object();
  writer.member("type");
  writer.string("object");
  writer.member("properties");
  writer.begin_object();
  for (const int slot : slots) {
    writer.member(slot_of(plan, slot).key);
    write_schema(writer, *slot_of(plan, slot).type);
  }
  writer.end_object();
  writer.end_object();
}

// The input and output of the graph, derived from it.
std::string pipeline_schema(const Plan& plan) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("title");
  writer.string(plan.name);
  writer.member("$defs");
  writer.begin_object();
  writer.member("input");
  std::vector<int> inputs = plan.inputs;
  for (const SourceStep& source : plan.sources)
    if (source.slot >= 0) inputs.push_back(source.slot);
  write_slots_schema(writer, plan, inputs);
  writer.member("output");
  write_slots_schema(writer, plan, outputs_of(plan));
  writer.end_object();
  writer.end_object();
  return writer.take() + "\n";
}

std::string describe_pipeline(const Plan& plan, Format format) {
  switch (format) {
    case Format::json: return pipeline_json(plan);
    case Format::markdown: return pipeline_markdown(plan);
    case Format::jsonschema: return pipeline_schema(plan);
    case Format::text: break;
  }
  return pipeline_text(plan);
}

int show_file(const Args& args, Format format, const Console& console) {
  CompileOptions options;
  options.params = settings_of(args);
  options.check_only = true;
  const auto plan = take_plan(compile_file(args.operands[0], options), console);
  if (!plan) return bad_config;
  console.out << describe_pipeline(*plan, format);
  return fine;
}

// ---- what a state knows ------------------------------------------------------------------------------------------------

const StateView& view_of(const std::string& word) {
  std::vector<std::string> words;
  for (const StateView& each : state_views()) {
    if (each.word == word) return each;
    words.emplace_back(each.word);
  }
  throw UsageError("a state is not asked for '" + word + "'" + did_you_mean(word, words) + " (it may be asked for: " + join(words) + ")");
}

std::string text_of(const ValueView& value) {
  if (value.shape() == Shape::string) return std::string(value.string());
  JsonWriter writer;
  write_json(writer, value);
  return writer.take();
}

std::string found_text(const std::vector<std::string>& found) {
  std::string out;
  for (const std::string& object : found) {
    const JsonDocument document(object);
    Rows rows;
    for (const auto& [name, value] : document.root().members())
      if (!value.is_null()) rows.push_back({(rows.empty() ? "" : "  ") + std::string(name), text_of(value)});
    out += (out.empty() ? "" : "\n") + format_columns(rows);
  }
  return out;
}

std::string found_json(const std::vector<std::string>& found) {
  std::string out;
  for (const std::string& object : found) out += (out.empty() ? "" : ",\n ") + object;
  return "[" + out + "]\n";
}

int show_state(const Args& args, Format format, const Console& console) {
  const StateView& view = view_of(args.operands[0]);
  const auto folder = args.value("--state");
  if (!folder) throw UsageError("say whose state: headrace show " + args.operands[0] + " " + args.operands[1] + " --state DIR");
  if (!std::filesystem::is_directory(*folder)) throw UsageError("there is no state in '" + *folder + "'");
  std::vector<std::string> found;
  try {
    found = view.look(*open_rocksdb(*folder), args.operands[1]);
  } catch (const std::exception& error) {
    console.err << "headrace: the state cannot be used: " << error.what() << "\n";
    return bad_config;
  }
  if (found.empty()) {
    console.err << "headrace: the state in '" << *folder << "' has nothing of the " << view.word << " '" << args.operands[1] << "'\n";
    return negative;
  }
  console.out << (format == Format::json ? found_json(found) : found_text(found));
  return fine;
}

int show(const Args& args, const Console& console) {
  const std::string& name = args.operands[0];
  const Format format = format_of(args);
  if (args.operands.size() == 2) return show_state(args, format, console);
  const NodeSpec* node = find_node(name);
  const KeyInfo* key = find_key(name);
  if (!node && !key) {
    if (std::filesystem::exists(name)) return show_file(args, format, console);
    std::vector<std::string> names;
    for (const NodeSpec* each : registered_nodes()) names.push_back(each->name);
    for (const KeyInfo* each : vocabulary()) names.emplace_back(each->name);
    throw UsageError("there is no node, key or file '" + name + "'" + did_you_mean(name, names) + " (see headrace list)");
  }
  if (node) console.out << describe_node(*node, format);
  if (key) console.out << (node ? "\n" : "") << describe_key(*key, format);
  return fine;
}

}  // namespace

const Verb& show_verb() {
  static const Verb verb{
      "show",
      "NODE | KEY | FILE | host NAME | feed URL",
      "says what a node, a key or a pipeline is, or what a state knows of a host or a feed",
      "Of a node: inputs, fields, value, errors. Of a key: its type and who makes and reads it. Of a file: inputs,\n"
      "keys with node and type, outputs. Of a host, from the state of a pipeline (--state): what the HTTP client has learnt;\n"
      "of a feed, what is known of it, and when it is asked next.",
      "headrace show extract_article",
      {option::set, option::format, {"--state", "DIR", "the state to ask: a folder that no run has open"}},
      1,
      2,
      show};
  return verb;
}

}  // namespace headrace::cli
