#include "core/cli/args.hpp"

#include <algorithm>
#include <charconv>

#include "core/graph/diagnostic.hpp"

namespace headrace::cli {

namespace {

const Option& find_option(const Verb& verb, std::string_view name) {
  const auto found = std::find_if(verb.options.begin(), verb.options.end(), [&](const Option& option) { return option.name == name; });
  if (found != verb.options.end()) return *found;
  std::vector<std::string> names{"--help"};
  for (const Option& option : verb.options) names.emplace_back(option.name);
  throw UsageError("'" + std::string(verb.name) + "' has no option '" + std::string(name) + "'" + did_you_mean(name, names));
}

void check_operands(const Verb& verb, const Args& args) {
  const std::string shape = "headrace " + std::string(verb.name) + (verb.operands.empty() ? "" : " " + std::string(verb.operands));
  if (args.operands.size() < verb.least) throw UsageError("something is missing: " + shape);
  if (args.operands.size() > verb.most) throw UsageError("'" + args.operands[verb.most] + "' is one too many: " + shape);
}

}  // namespace

std::optional<std::string> Args::value(std::string_view option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? std::nullopt : std::optional(found->second.back());
}

std::vector<std::string> Args::values(std::string_view option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? std::vector<std::string>{} : found->second;
}

std::uint64_t Args::number(std::string_view option, std::uint64_t fallback) const {
  const auto text = value(option);
  if (!text) return fallback;
  std::uint64_t number = 0;
  const char* last = text->data() + text->size();
  const auto [end, error] = std::from_chars(text->data(), last, number);
  if (error != std::errc() || end != last) throw UsageError(std::string(option) + " takes a whole number, not '" + *text + "'");
  return number;
}

Args parse_args(const Verb& verb, const std::vector<std::string>& arguments) {
  Args args;
  bool options_end = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (options_end || argument.size() < 2 || argument.front() != '-') {
      args.operands.push_back(argument);
    } else if (argument == "--") {
      options_end = true;
    } else {
      const std::size_t equals = argument.find('=');
      const Option& option = find_option(verb, argument.substr(0, equals));
      if (option.value.empty()) {
        if (equals != std::string::npos) throw UsageError(std::string(option.name) + " takes no value");
        args.add(option.name, "");
      } else if (equals != std::string::npos) {
        args.add(option.name, argument.substr(equals + 1));
      } else if (++i < arguments.size()) {
        args.add(option.name, arguments[i]);
      } else {
        throw UsageError(std::string(option.name) + " needs a value: " + std::string(option.name) + " " + std::string(option.value));
      }
    }
  }
  check_operands(verb, args);
  return args;
}

std::string help_of(const Verb& verb) {
  std::string out = "headrace " + std::string(verb.name);
  if (!verb.operands.empty()) out += " " + std::string(verb.operands);
  if (!verb.options.empty()) out += " [options]";
  out += "\n" + std::string(verb.summary) + "\n";
  if (!verb.details.empty()) out += "\n" + std::string(verb.details) + "\n";
  std::size_t width = 0;
  for (const Option& option : verb.options) width = std::max(width, option.name.size() + option.value.size() + 1);
  if (!verb.options.empty()) out += "\noptions:\n";
  for (const Option& option : verb.options) {
    std::string left = std::string(option.name) + (option.value.empty() ? "" : " " + std::string(option.value));
    left.resize(width, ' ');
    out += "  " + left + "  " + std::string(option.doc) + "\n";
  }
  return out + "\nexample:\n  " + std::string(verb.example) + "\n";
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string near = nearest_name(word, candidates);
  return near.empty() ? "" : ", did you mean '" + near + "'?";
}

}  // namespace headrace::cli
