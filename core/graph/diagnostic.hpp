// What is wrong with a configuration, and where. All problems of a file are gathered before anything is given up.
//
//   pipelines/news.yaml:13:32: error[H012]: 'label_topics' has no field 'min_scor'
//     topics: {node: label_topics, min_scor: 0.3}
//                                  ^~~~~~~~
//     hint: did you mean 'min_score'? (fields: min_score, model)
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

struct SourceText {
  std::string name;          // as the user named it
  mutable std::string text;  // for showing its lines: hide() changes it when all of it has been read
};

// A stretch of a source text. Lines and columns count from 1; 0 means that the place is not known.
struct Place {
  std::shared_ptr<const SourceText> source;
  unsigned line = 0, column = 0, length = 1;
};

enum class Severity { error, warning };

struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;  // "H012": stable, listed in docs
  std::string message;
  std::string hint;  // empty without one
  Place at;
};

// Puts stars over the scalar at `at`, which has turned out to be a secret: no diagnostic shows it, whatever else on its line is wrong.
// The names of variables in it are none.
void hide(const Place& at);

struct DiagnosticCode;  // core/graph/diagnostic_codes.hpp

// Where a pass leaves what it finds. The list is kept short enough to be read: after a thousand it only counts.
class DiagnosticList {
 public:
  void error(const DiagnosticCode& code, std::string message, const Place& at, std::string hint = {});
  void warning(const DiagnosticCode& code, std::string message, const Place& at, std::string hint = {});
  void add(std::vector<Diagnostic> more);
  bool has_errors() const { return errors_; }
  // Looking for what was meant costs a walk over all names, so only the first hundred mistakes get it.
  bool worth_a_hint() { return hints_left_ > 0 && hints_left_-- > 0; }
  std::vector<Diagnostic> take();  // file by file, by line and column

 private:
  void add(Diagnostic diagnostic);
  std::vector<Diagnostic> list_;
  std::size_t left_out_ = 0;
  int hints_left_ = 100;
  bool errors_ = false;
};

std::string format_diagnostic(const Diagnostic& diagnostic);  // in the shape above, ending in a newline
bool has_errors(const std::vector<Diagnostic>& diagnostics);

// The candidate that `word` was most likely meant to be; empty when none is near.
std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates);
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);  // the hint; empty when none is near
std::string join(const std::vector<std::string>& words, std::string_view separator = ", ");
std::string line_and_column(const Place& place);  // "line 3, column 12"

}  // namespace headrace
