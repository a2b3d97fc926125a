#include "core/cli/candidates.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "core/cli/verbs.hpp"
#include "core/graph/plan.hpp"

namespace headrace::cli {

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

Words split(std::string_view text, std::string_view separator) {
  Words out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    if (end > at) out.emplace_back(text.substr(at, end - at));
    at = end + separator.size();
  }
  return out;
}

// ---- what there is -------------------------------------------------------------------------------------------------------

enum class Files { any, yaml, folders };

Words files_at(const std::string& typed, Files which) {
  const std::string folder = typed.substr(0, typed.rfind('/') + 1);  // with its '/', or empty
  Words out;
  std::error_code error;
  for (auto it = fs::directory_iterator(folder.empty() ? "." : folder, error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    std::error_code unknown;
    const std::string name = it->path().filename().string();
    const bool is_folder = it->is_directory(unknown), hidden = name.front() == '.' && typed.substr(folder.size()).empty();
    const bool fits = is_folder || which == Files::any || (which == Files::yaml && it->path().extension() == ".yaml");
    if (fits && !hidden) out.push_back(folder + name + (is_folder ? "/" : ""));
  }
  return out;
}

Words node_names() {
  Words out;
  for (const NodeSpec* spec : registered_nodes()) out.push_back(spec->name);
  return out;
}

Words key_names() {
  Words out;
  for (const KeyInfo* key : vocabulary()) out.emplace_back(key->name);
  return out;
}

std::unique_ptr<Plan> plan_of(const std::string& file) {
  CompileOptions options;
  options.check_only = true;
  return compile_file(file, options).plan;
}

Words keys_of(const std::string& file) {
  Words out;
  if (const auto plan = plan_of(file))
    for (const Slot& slot : plan->slots) out.push_back(slot.key);
  return out;
}

Words inputs_of(const std::string& file) {
  Words out;
  if (const auto plan = plan_of(file))
    for (const int slot : plan->inputs) out.push_back(plan->slots[static_cast<std::size_t>(slot)].key + "=");
  return out;
}

// What --set sets: the parameters of a file, the fields of a node.
Words settings_of_target(const Words& operands) {
  Words out;
  if (operands.empty()) return out;
  if (const NodeSpec* spec = find_node(operands[0])) {
    for (const FieldSpec& field : spec->fields) out.push_back(field.name + "=");
    return out;
  }
  const ParsedConfig parsed = load_config(operands[0]);
  if (const ConfigTree* params = parsed.root.member("params"))
    for (const auto& member : params->members) out.push_back(member.name + "=");
  return out;
}

// ---- what a verb takes ---------------------------------------------------------------------------------------------------

// A word of Verb::operands, such as FILE, KEY=VALUE... or bash|zsh|fish.
Words operand_candidates(const std::string& word, const Words& before, const std::string& typed) {
  const std::string name = word.ends_with("...") ? word.substr(0, word.size() - 3) : word;
  if (name == "FILE" || name == "PATH") return files_at(typed, Files::yaml);
  if (name == "DIR") return files_at(typed, Files::folders);
  if (name == "DEAD_LETTERS") return files_at(typed, Files::any);
  if (name == "NODE") return node_names();
  if (name == "KEY") return before.empty() ? key_names() : keys_of(before[0]);
  if (name == "KEY=VALUE") return before.empty() ? Words{} : inputs_of(before[0]);
  return std::islower(static_cast<unsigned char>(name.front())) ? split(name, "|") : Words{};
}

// Verb::operands names alternatives, of which those count that agree with the operands so far.
Words operands_at(const Verb& verb, const Words& before, const std::string& typed) {
  std::string shape(verb.operands);
  std::erase_if(shape, [](char c) { return c == '[' || c == ']'; });
  Words out;
  for (const std::string& alternative : split(shape, " | ")) {
    const Words words = split(alternative, " ");
    const auto word_at = [&](std::size_t i) { return i < words.size() ? words[i] : words.back().ends_with("...") ? words.back() : ""; };
    bool agrees = !words.empty() && !word_at(before.size()).empty();
    for (std::size_t i = 0; agrees && i < before.size(); ++i) {
      const std::string word = word_at(i);
      const Words choices = split(word, "|");
      agrees =
          !std::islower(static_cast<unsigned char>(word.front())) || std::find(choices.begin(), choices.end(), before[i]) != choices.end();
    }
    if (!agrees) continue;
    const Words more = operand_candidates(word_at(before.size()), before, typed);
    out.insert(out.end(), more.begin(), more.end());
  }
  return out;
}

// "text (default), json or markdown: ..." names its choices.
Words choices_in(std::string_view doc) {
  std::string text(doc.substr(0, doc.find(':')));
  std::replace(text.begin(), text.end(), ',', ' ');
  Words out = split(text, " ");
  std::erase_if(out, [](const std::string& word) { return word == "or" || word == "(default)"; });
  return out;
}

Words value_candidates(const Option& option, const Words& operands, const std::string& typed) {
  if (option.value == "FORMAT" || option.value == "LEVEL" || option.value == "KIND") return choices_in(option.doc);
  if (option.value == "FILE") return files_at(typed, Files::any);
  if (option.value == "DIR") return files_at(typed, Files::folders);
  if (option.name == "--set") return settings_of_target(operands);
  if (!option.value.starts_with("KEY,")) return {};
  const std::string list = typed.substr(0, typed.rfind(',') + 1);
  Words keys = operands.empty() || operands[0] == "node" ? key_names() : keys_of(operands[0]);
  for (auto& key : keys) key.insert(0, list);
  return keys;
}

struct Typed {  // of a command line, before the word that is being typed
  Words operands;
  const Option* open = nullptr;  // an option that waits for its value
};

const Option* option_named(const Verb& verb, std::string_view name) {
  const auto found = std::find_if(verb.options.begin(), verb.options.end(), [&](const Option& option) { return option.name == name; });
  return found == verb.options.end() ? nullptr : &*found;
}

Typed read(const Verb& verb, const Words& words) {
  Typed out;
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    if (std::exchange(out.open, nullptr)) continue;
    if (words[i].starts_with("-")) {
      const Option* option = option_named(verb, words[i]);
      out.open = option && !option->value.empty() ? option : nullptr;
    } else {
      out.operands.push_back(words[i]);
    }
  }
  return out;
}

Words all_candidates(const Words& words) {
  const std::string& typed = words.back();
  Words verbs;
  for (const Verb* verb : all_verbs()) verbs.emplace_back(verb->name);
  if (words.size() == 1 || (words.size() == 2 && words[0] == "help")) return verbs;
  const auto found = std::find(verbs.begin(), verbs.end(), words[0]);
  if (found == verbs.end()) return {};
  const Verb& verb = *all_verbs()[static_cast<std::size_t>(found - verbs.begin())];
  const Typed before = read(verb, words);
  if (before.open) return value_candidates(*before.open, before.operands, typed);
  if (!typed.starts_with("-")) return operands_at(verb, before.operands, typed);
  if (const std::size_t equals = typed.find('='); equals != std::string::npos) {
    const Option* option = option_named(verb, typed.substr(0, equals));
    Words values = option ? value_candidates(*option, before.operands, typed.substr(equals + 1)) : Words{};
    for (auto& value : values) value.insert(0, typed.substr(0, equals + 1));
    return values;
  }
  Words options{"--help"};
  for (const Option& option : verb.options) options.emplace_back(option.name);
  return options;
}

}  // namespace

std::vector<std::string> candidates(const std::vector<std::string>& words) {
  if (words.empty()) return {};
  std::set<std::string> out;
  for (auto& each : all_candidates(words))
    if (each.starts_with(words.back())) out.insert(std::move(each));
  return {out.begin(), out.end()};
}

}  // namespace headrace::cli
