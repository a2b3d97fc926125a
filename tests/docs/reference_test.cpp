// The generated reference has everything that is registered, an example of each diagnostic that gets it, and no dead link.
#include <regex>
#include <set>
#include <vector>

#include "core/cli/verbs.hpp"
#include "core/graph/diagnostic_codes.hpp"
#include "core/graph/spec.hpp"
#include "tests/docs/docs_support.hpp"

using namespace headrace;
using namespace headrace::docs_test;
namespace fs = std::filesystem;

namespace {

// docs/reference.sh, run once into a folder of its own.
class Reference {
 public:
  Reference() {
    fs::remove_all(path_);
    code_ = run_shell("sh '" + (root / "docs/reference.sh").string() + "' '" + program() + "' '" + path_.string() + "'");
  }
  ~Reference() { fs::remove_all(path_); }
  int code() const { return code_; }
  const fs::path& path() const { return path_; }
  std::string page(const std::string& name) const { return read(path_ / (name + ".md")); }
  // From the heading of this name to the next one of its kind.
  std::string section(const std::string& page_name, const std::string& heading) const {
    const std::string text = page(page_name);
    const std::size_t at = text.find("\n## " + heading + "\n");
    return at == std::string::npos ? "" : text.substr(at, text.find("\n## ", at + 1) - at);
  }

 private:
  fs::path path_ = fs::temp_directory_path() / ("headrace-reference-" + std::to_string(::getpid()));
  int code_ = -1;
};

const Reference& reference() {
  static const Reference made;
  return made;
}

// Tests register nodes and keys of their own, which the program does not have.
bool ships(std::string_view file) { return file.find("tests/") == std::string_view::npos; }

std::set<std::string> headings_of(const std::string& text) {
  static const std::regex heading(R"((?:^|\n)#+ ([^\n]+))");
  std::set<std::string> out;
  for (auto at = std::sregex_iterator(text.begin(), text.end(), heading); at != std::sregex_iterator(); ++at) out.insert((*at)[1]);
  return out;
}

}  // namespace

TEST_CASE("reference: every node and resource, with its fields, inputs and errors") {
  if (!has_program()) return;
  REQUIRE(reference().code() == 0);
  for (const NodeSpec* spec : registered_nodes()) {
    if (!ships(spec->file)) continue;
    CAPTURE(spec->name);
    const std::string text = reference().section(spec->kind == Kind::resource ? "resources" : "nodes", spec->name);
    CHECK(text.find(spec->doc) != std::string::npos);
    for (const FieldSpec& field : spec->fields) CHECK(text.find("| `" + field.name + "` | " + field.type_name) != std::string::npos);
    for (const Port& port : spec->inputs) CHECK(text.find("| `" + port.name + "` |") != std::string::npos);
    for (const auto& kind : spec->errors) CHECK(text.find("`" + kind + "`") != std::string::npos);
  }
}

TEST_CASE("reference: every key") {
  if (!has_program()) return;
  for (const KeyInfo* key : vocabulary())
    if (ships(key->file)) CHECK_MESSAGE(reference().section("keys", std::string(key->name)).find(key->doc) != std::string::npos, key->name);
}

TEST_CASE("reference: every verb, with its help") {
  if (!has_program()) return;
  for (const cli::Verb* verb : cli::all_verbs())
    CHECK_MESSAGE(reference().section("verbs", std::string(verb->name)).find(cli::help_of(*verb)) != std::string::npos, verb->name);
}

TEST_CASE("reference: every diagnostic, with an example that gets it") {
  if (!has_program()) return;
  const std::set<std::string_view> without_example{"H033",   // the node library has no node that expands
                                                   "H043"};  // a thousand mistakes
  std::set<std::string> used;
  for (const DiagnosticCode& each : diagnostic_codes) {
    CAPTURE(each.code);
    const std::string code(each.code), text = reference().section("diagnostics", code);
    CHECK(text.find(each.sentence) != std::string::npos);
    if (!without_example.contains(each.code)) CHECK(text.find("[" + code + "]: ") != std::string::npos);
    used.insert({code + ".yaml", code + "_test.yaml"});
  }
  for (const auto& entry : fs::directory_iterator(root / "docs/diagnostics"))
    CHECK_MESSAGE(used.contains(entry.path().filename()), entry.path());
}

TEST_CASE("reference: every link leads to a page of it, and to a heading there") {
  if (!has_program()) return;
  static const std::regex link(R"(\]\(([^)#\s]*)(?:#([^)\s]+))?\))");
  int links = 0;
  for (const auto& entry : fs::directory_iterator(reference().path())) {
    if (entry.path().extension() != ".md") continue;
    const std::string text = read(entry.path());
    for (auto at = std::sregex_iterator(text.begin(), text.end(), link); at != std::sregex_iterator(); ++at, ++links) {
      CAPTURE(entry.path().filename().string() + " -> " + at->str());
      const fs::path target = (*at)[1].length() ? reference().path() / (*at)[1].str() : entry.path();
      CHECK(fs::exists(target));
      if ((*at)[2].matched) CHECK(headings_of(read(target)).contains((*at)[2]));
    }
  }
  CHECK(links > 0);
}
