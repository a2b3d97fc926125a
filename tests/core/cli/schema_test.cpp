// The JSON Schema of pipeline files takes every file that is right, and finds wrong names of nodes, fields, ports and sections.
#include <algorithm>
#include <regex>

#include "core/graph/compile_draft.hpp"
#include "core/graph/plan.hpp"
#include "tests/core/cli/cli_support.hpp"
#include "tests/core/cli/json_schema.hpp"

using namespace headrace;
using namespace headrace::cli_test;
namespace fs = std::filesystem;

namespace {

const fs::path root = HEADRACE_SOURCE_DIR;

const JsonSchema& schema() {
  static const JsonSchema parsed(command({"list", "--format", "jsonschema"}).out);
  return parsed;
}

ValueView properties_of(const std::string& definition) {
  return *schema().root().member("definitions")->member(definition)->member("properties");
}

std::vector<fs::path> files_of(const std::string& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(root / folder))
    if (entry.path().extension() == ".yaml") out.push_back(entry.path());
  return out;
}

std::string problems_of(const ParsedConfig& parsed) {
  std::string out;
  for (const auto& each : schema().problems(parsed.root.view())) out += each + "\n";
  return out;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What `check` lists when a name is not known: "sections: name, params, ..." or "fields: in_flight, ...".
std::vector<std::string> names_in_hint(const std::string& yaml) {
  const auto diagnostics = compile_config(parse_config(yaml, "hint.yaml")).diagnostics;
  REQUIRE_FALSE(diagnostics.empty());
  const std::string& hint = diagnostics.front().hint;
  std::vector<std::string> out;
  static const std::regex word("\\w+");
  const std::string list = hint.substr(hint.find(": ") + 2);
  for (auto at = std::sregex_iterator(list.begin(), list.end(), word); at != std::sregex_iterator(); ++at) out.push_back(at->str());
  return out;
}

}  // namespace

TEST_CASE("schema: every pipeline and test that ships fits") {
  for (const fs::path& path : files_of("pipelines")) {
    const ParsedConfig parsed = load_config(path.string());
    if (!parsed.root.member("graph") && !parsed.root.member("tests")) continue;  // a model
    CAPTURE(path.string());
    CHECK(problems_of(parsed) == "");
  }
}

TEST_CASE("schema: every golden file that compiles fits; one with a wrong name of a section, node, field or port does not") {
  int right = 0, wrong = 0;
  for (const fs::path& path : files_of("tests/golden")) {
    CAPTURE(path.string());
    const std::string expected = text_of(fs::path(path).replace_extension(".expected"));
    const ParsedConfig parsed = load_config(path.string());
    const std::string own = path.filename().string();
    if (contains(expected, "compiles\n")) {
      CHECK(problems_of(parsed) == "");
      ++right;
    } else if (std::regex_search(expected, std::regex("(^|\n)" + own + R"(:\d+:\d+: error\[H0(09|11|12|23)\])"))) {
      CHECK(problems_of(parsed) != "");
      ++wrong;
    }
  }
  CHECK(right > 0);
  CHECK(wrong > 0);
}

TEST_CASE("schema: the examples of the reference with such a mistake do not fit") {
  for (const char* code : {"H009", "H011", "H012", "H013", "H014", "H023", "H026", "H027", "H038"}) {
    CAPTURE(code);
    CHECK(problems_of(load_config((root / "docs/diagnostics" / (std::string(code) + ".yaml")).string())) != "");
  }
}

TEST_CASE("schema: mistakes in a test file") {
  const auto problems = [](const std::string& text) { return problems_of(parse_config(text, "x_test.yaml")); };
  CHECK(problems("pipeline: x.yaml\ntests: [{name: a, mock: {page: {fail: gone}}, want: {page: 1, failed: {page: gone}}}]") == "");
  CHECK(problems("pipeline: x.yaml\ntests: [{name: a, moc: {page: 1}, want: {page: 1}}]") != "");
  CHECK(problems("pipeline: x.yaml\ntests: [{name: a}]") != "");
  CHECK(problems("pipeline: x.yaml\ntests: [{name: a, mock: {page: {node: cli_twic}}, want: {page: 1}}]") != "");
}

TEST_CASE("schema: it has the sections and limits that there are") {
  for (const auto& [definition, yaml] : {std::pair("pipeline", "zzzz: 1\n"), std::pair("limits", "graph: {}\nlimits: {zzzzzzzz: 1}\n")}) {
    const std::vector<std::string> names = names_in_hint(yaml);
    const ValueView known = std::string(definition) == "pipeline" ? properties_of("pipeline")
                                                                  : *properties_of("pipeline").member("limits")->member("properties");
    for (const std::string& name : names) {
      CAPTURE(name);
      CHECK(known.member(name));
    }
    CHECK(known.members().size() == names.size());
  }
}

TEST_CASE("schema: each node has its fields, and the decorators of its section that make sense for it") {
  for (const NodeSpec* spec : registered_nodes()) {
    CAPTURE(spec->name);
    const ValueView known = properties_of("node." + spec->name);
    for (const FieldSpec& field : spec->fields) CHECK(known.member(field.name));
    const auto is_own = [&](const std::string& name) {
      return std::any_of(spec->fields.begin(), spec->fields.end(), [&](const FieldSpec& field) { return field.name == name; });
    };
    for (const std::string& decorator : compile::decorator_names(compile::role_of(spec->kind)))
      CHECK(known.member(decorator).has_value() == (is_own(decorator) || compile::decorator_refusal(decorator, *spec).empty()));
  }
}

TEST_CASE("schema: list gives it alone") { CHECK(command({"list", "nodes", "--format", "jsonschema"}).code == 2); }
