// Command lines: a verb declares its options, and parsing, checking and --help follow from that.
//
//   const Args args = parse_args(verb, {"news.yaml", "--set", "out=/tmp/x", "--threads=2"});
//   args.operands[0]; args.number("--threads", 0); args.flag("--strict");
#pragma once
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/cli/cli.hpp"

namespace headrace::cli {

struct Option {
  std::string_view name;   // "--threads"
  std::string_view value;  // "N"; empty: a switch
  std::string_view doc;
};

class Args;

struct Verb {
  std::string_view name, operands, summary, details, example;
  std::vector<Option> options;
  std::size_t least = 0, most = 0;  // operands
  int (*run)(const Args& args, const Console& console);
};

// Wrong usage; the message says what to do instead.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Args {
 public:
  std::vector<std::string> operands;
  void add(std::string_view option, std::string value) { options_[std::string(option)].push_back(std::move(value)); }
  bool flag(std::string_view option) const { return options_.contains(option); }
  std::optional<std::string> value(std::string_view option) const;              // the last one given
  std::vector<std::string> values(std::string_view option) const;               // all, in order
  std::uint64_t number(std::string_view option, std::uint64_t fallback) const;  // throws UsageError when it is not one

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> options_;
};

Args parse_args(const Verb& verb, const std::vector<std::string>& arguments);  // throws UsageError
std::string help_of(const Verb& verb);

// ", did you mean 'x'?" or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace headrace::cli
