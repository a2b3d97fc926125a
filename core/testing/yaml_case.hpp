// One case of a test file, checked and compiled; see yaml_test.hpp for the format.
#pragma once
#include <memory>

#include "core/graph/plan.hpp"
#include "core/run/capture.hpp"
#include "core/testing/yaml_match.hpp"

namespace headrace::testing {

// Problems of a test file have codes of their own.
namespace test_codes {
inline constexpr const char* unknown_name = "T001";   // a member, key or pipeline that does not exist
inline constexpr const char* bad_value = "T002";      // a given value that does not fit its key, a member of the wrong shape
inline constexpr const char* missing_input = "T003";  // the wanted keys need an input that the case does not give
inline constexpr const char* not_met = "T004";        // the result is not what the case wants
}  // namespace test_codes

using Diagnostics = std::vector<Diagnostic>;
void report(Diagnostics& problems, const char* code, std::string message, const Place& at, std::string hint = "");
// Reports members that are not `known`, with the nearest known name. False when `tree` is not a map.
bool check_members(const ConfigTree& tree, const std::string& owner, const std::vector<std::string>& known, Diagnostics& problems);

// A key, and the way into its value: "article.title".
struct KeyPath {
  std::string key;
  std::vector<std::string> members;
};

class YamlCase {
 public:
  // `keys`: all that the pipeline has; the trees outlive the case. `for_check`: required parameters may be unset.
  YamlCase(const ConfigTree& tree, std::string pipeline, const std::vector<std::string>& keys, bool for_check);
  Diagnostics& problems() { return problems_; }
  std::uint64_t run();  // and compares; gives how long it took

 private:
  struct Assertion {
    KeyPath path;
    std::string text;  // as written
    const ConfigTree* wanted;
  };
  bool real() const;  // run: true
  void read_want();
  void read_records(const ConfigTree& records);
  void add_assertion(const ConfigTree::Member& member, std::vector<Assertion>& into);
  void need(const std::string& key, const Place& at);
  std::optional<KeyPath> resolve(const ConfigTree::Member& member);
  void compile(const std::string& pipeline, bool for_check);
  void read_given();
  Seed make_seed();
  RunOptions options();
  void compare(const RunReport& report);
  void compare_record(const CapturedRecord& record, const std::vector<Assertion>& assertions, const std::string& prefix);
  void compare_faults(const CapturedRecord& record);
  void compare_skipped(const ConfigTree& wanted, const CapturedRecord& record);
  void compare_dropped(const ConfigTree& wanted, const CapturedRecord& record);
  void compare_failed(const ConfigTree& wanted, const CapturedRecord& record);
  void compare_json(const ConfigTree& wanted, const std::string& json, const KeyPath& path, const std::string& text,
                    const std::string& hint);
  const CapturedRecord::Slot& captured(const CapturedRecord& record, const std::string& key) const;

  const ConfigTree& tree_;
  const std::vector<std::string>& keys_;
  Diagnostics problems_;
  std::vector<std::string> needed_;  // keys, each once; their values are captured
  std::vector<Assertion> assertions_;
  std::vector<std::vector<Assertion>> records_;
  std::unique_ptr<Plan> plan_;
  std::vector<int> slots_;  // of needed_
  std::vector<std::pair<int, AnyValue>> given_;
  std::vector<int> absent_;  // given as null
  std::vector<CapturedRecord> captured_;
};

}  // namespace headrace::testing
