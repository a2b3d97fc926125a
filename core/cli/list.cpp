#include <algorithm>
#include <filesystem>
#include <ostream>

#include "core/cli/common.hpp"
#include "core/cli/describe.hpp"
#include "core/cli/schema.hpp"
#include "core/cli/verbs.hpp"
#include "core/graph/diagnostic_codes.hpp"
#include "core/testing/yaml_test.hpp"

namespace headrace::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Listing {
  std::string title;
  std::vector<std::string_view> columns;
  Rows rows;
};

Listing list_nodes(bool resources) {
  Listing out{resources ? "resources" : "nodes", {"name", resources ? "provides" : "kind", "doc"}, {}};
  for (const NodeSpec* spec : registered_nodes())
    if ((spec->kind == Kind::resource) == resources)
      out.rows.push_back({spec->name, spec->provides ? spec->provides->name : call_kind(*spec), spec->doc});
  return out;
}

Listing list_keys() {
  Listing out{"keys", {"name", "type", "doc"}, {}};
  for (const KeyInfo* key : vocabulary()) out.rows.push_back({std::string(key->name), key->type->name(), std::string(key->doc)});
  return out;
}

Listing list_verbs() {
  Listing out{"verbs", {"name", "operands", "doc"}, {}};
  for (const Verb* verb : all_verbs())
    out.rows.push_back({std::string(verb->name), std::string(verb->operands), std::string(verb->summary)});
  return out;
}

Listing list_diagnostics() {
  Listing out{"diagnostics", {"code", "doc"}, {}};
  for (const DiagnosticCode& each : diagnostic_codes) out.rows.push_back({std::string(each.code), std::string(each.sentence)});
  return out;
}

std::string member_names(const ConfigTree& root, std::string_view section) {
  std::string out;
  const ConfigTree* tree = root.member(section);
  if (!tree) return out;
  for (const auto& item : tree->items) out += " " + item.text;
  for (const auto& member : tree->members) out += " " + member.name;
  return out.empty() ? "" : std::string(section) + ":" + out;
}

// YAML files with a graph; a folder that cannot be read has none.
Listing list_pipelines(const std::string& folder) {
  Listing out{"pipelines", {"file", "params", "inputs"}, {}};
  std::error_code error;
  std::vector<std::string> files;
  for (auto it = std::filesystem::recursive_directory_iterator(folder, error);
       !error && it != std::filesystem::recursive_directory_iterator(); it.increment(error))
    if (it->path().extension() == ".yaml" && !testing::is_test_file(it->path().string())) files.push_back(it->path().string());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    const ParsedConfig parsed = load_config(file);
    if (parsed.root.member("graph") || parsed.root.member("resources"))
      out.rows.push_back({file, member_names(parsed.root, "params"), member_names(parsed.root, "inputs")});
  }
  return out;
}

void write_listing(JsonWriter& writer, const Listing& listing) {
  writer.begin_list();
  for (const auto& row : listing.rows) {
    writer.begin_object();
    for (std::size_t i = 0; i < row.size(); ++i) {
      writer.member(listing.columns[i]);
      writer.string(row[i]);
    }
    writer.end_object();
  }
  writer.end_list();
}

void print_json(const std::vector<Listing>& listings, const Console& console) {
  JsonWriter writer;
  if (listings.size() == 1) {
    write_listing(writer, listings.front());
  } else {
    writer.begin_object();
    for (const Listing& each : listings) {
      writer.member(each.title);
      write_listing(writer, each);
    }
    writer.end_object();
  }
  console.out << writer.text() << "\n";
}

// The pages of the reference: each thing in full, not only its line. docs/reference.sh puts them together.
void print_nodes(bool resources, const Console& console) {
  for (const NodeSpec* spec : registered_nodes())
    if ((spec->kind == Kind::resource) == resources) console.out << "\n" << describe_node(*spec, Format::markdown);
}

void print_keys(const Console& console) {
  for (const KeyInfo* key : vocabulary()) console.out << "\n" << describe_key(*key, Format::markdown);
}

void print_verbs(const Console& console) {
  for (const Verb* verb : all_verbs()) console.out << "\n## " << verb->name << "\n\n```text\n" << help_of(*verb) << "```\n";
}

void print_pipelines(const std::string& folder, const Console& console) {
  for (const auto& row : list_pipelines(folder).rows)
    console.out << "\n- `" << row[0] << "`" << (row[1].empty() ? "" : " (" + row[1] + ")");
  console.out << "\n";
}

void print_markdown(const std::string& what, const std::string& folder, const Console& console) {
  console.out << "# " << (what.empty() ? "Reference" : std::string(1, static_cast<char>(what[0] - 'a' + 'A')) + what.substr(1)) << "\n";
  if (what.empty() || what == "nodes") print_nodes(false, console);
  if (what.empty() || what == "resources") print_nodes(true, console);
  if (what.empty() || what == "keys") print_keys(console);
  if (what == "verbs") print_verbs(console);
  if (what == "diagnostics")
    for (const DiagnosticCode& each : diagnostic_codes) console.out << "\n## " << each.code << "\n\n" << each.sentence << "\n";
  if (what == "pipelines") print_pipelines(folder, console);
}

std::vector<Listing> listings_of(const std::string& what, const std::string& folder) {
  if (what == "nodes") return {list_nodes(false)};
  if (what == "resources") return {list_nodes(true)};
  if (what == "keys") return {list_keys()};
  if (what == "pipelines") return {list_pipelines(folder)};
  if (what == "verbs") return {list_verbs()};
  if (what == "diagnostics") return {list_diagnostics()};
  if (what.empty()) return {list_nodes(false), list_nodes(true), list_keys(), list_pipelines(folder)};
  throw UsageError("there is nothing called '" + what + "' to list" +
                   did_you_mean(what, {"nodes", "keys", "pipelines", "resources", "verbs", "diagnostics"}) +
                   " (nodes, keys, pipelines, resources, verbs, diagnostics)");
}

int list(const Args& args, const Console& console) {
  const std::string what = args.operands.empty() ? "" : args.operands[0];
  const std::string folder = args.operands.size() > 1 ? args.operands[1] : "pipelines";
  if (args.operands.size() > 1 && what != "pipelines") throw UsageError("only 'list pipelines' takes a folder");
  const std::string format = args.value("--format").value_or("text");
  if (format == "jsonschema" && what.empty()) {
    console.out << pipeline_file_schema();
    return fine;
  }
  const std::vector<Listing> listings = listings_of(what, folder);
  if (format == "json") print_json(listings, console);
  else if (format == "markdown") print_markdown(what, folder, console);
  else if (format != "text") throw UsageError("list has the formats text, json and markdown, and alone jsonschema, not '" + format + "'");
  else
    for (const Listing& each : listings) {
      if (listings.size() > 1) console.out << (&each == &listings.front() ? "" : "\n") << each.title << "\n";
      console.out << format_columns(each.rows);
    }
  return fine;
}

}  // namespace

const Verb& list_verb() {
  static const Verb verb{
      "list",
      "[nodes|resources|keys|verbs|diagnostics|pipelines [DIR]]",
      "lists what there is",
      "Pipelines are the files of the folder pipelines/ or DIR. 'list --format jsonschema' gives the JSON Schema of pipeline\n"
      "files and their tests, for editors.",
      "headrace list nodes",
      {{"--format", "FORMAT", "text (default), json, markdown or jsonschema"}},
      0,
      2,
      list};
  return verb;
}

}  // namespace headrace::cli
