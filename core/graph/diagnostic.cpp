#include "core/graph/diagnostic.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "core/graph/diagnostic_codes.hpp"

namespace headrace {

namespace {

std::string_view line_of(std::string_view text, unsigned line) {
  for (unsigned i = 1; i < line; ++i) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  std::string_view out = text.substr(0, text.find('\n'));
  if (!out.empty() && out.back() == '\r') out.remove_suffix(1);
  return out;
}

// Edit distance with swaps of neighbours (Damerau, optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(now);
  }
  return last[b.size()];
}

// Of "${name}" at the begin of `text`; 0 where there is none, or one with a default, which may be the secret itself.
std::size_t reference_length(std::string_view text) {
  if (!text.starts_with("${")) return 0;
  const std::size_t end = text.find('}');
  return end == text.npos || text.substr(0, end).find(":-") != text.npos ? 0 : end + 1;
}

// Where the closing quote of the scalar at `begin` is; behind the text when there is none.
std::size_t end_of_quoted(const std::string& text, std::size_t begin) {
  const char quote = text[begin];
  std::size_t at = begin + 1;
  while (at < text.size()) {
    const bool doubled = quote == '\'' && text.compare(at, 2, "''") == 0;
    if (text[at] == quote && !doubled) break;
    at += doubled || (quote == '"' && text[at] == '\\') ? 2 : 1;
  }
  return at;
}

}  // namespace

// A quoted scalar ends with its quote, and may be longer than its value; other scalars have the length of the place.
void hide(const Place& at) {
  if (!at.source || at.line == 0 || at.column == 0) return;
  std::string& text = at.source->text;
  std::size_t begin = 0;
  for (unsigned line = 1; line < at.line && begin < text.size(); ++line) begin = std::min(text.find('\n', begin), text.size() - 1) + 1;
  begin = std::min(begin + at.column - 1, text.size());
  std::size_t end = std::min(begin + at.length, text.size());
  if (begin < end && (text[begin] == '"' || text[begin] == '\'')) {
    end = std::min(end_of_quoted(text, begin), text.size());
    ++begin;
  }
  for (; begin < end; ++begin) {
    if (const std::size_t reference = reference_length(std::string_view(text).substr(begin, end - begin))) begin += reference - 1;
    else if (text[begin] != '\n') text[begin] = '*';
  }
}

void DiagnosticList::add(Diagnostic diagnostic) {
  errors_ = errors_ || diagnostic.severity == Severity::error;
  if (list_.size() < 1000) list_.push_back(std::move(diagnostic));
  else ++left_out_;
}

void DiagnosticList::add(std::vector<Diagnostic> more) {
  for (Diagnostic& each : more) add(std::move(each));
}

void DiagnosticList::error(const DiagnosticCode& code, std::string message, const Place& at, std::string hint) {
  add({Severity::error, std::string(code.code), std::move(message), std::move(hint), at});
}

void DiagnosticList::warning(const DiagnosticCode& code, std::string message, const Place& at, std::string hint) {
  add({Severity::warning, std::string(code.code), std::move(message), std::move(hint), at});
}

std::vector<Diagnostic> DiagnosticList::take() {
  std::map<std::string, std::size_t> files;  // in the order in which they were first complained about
  for (const Diagnostic& each : list_) files.emplace(each.at.source ? each.at.source->name : "", files.size());
  std::stable_sort(list_.begin(), list_.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    const auto rank = [&](const Diagnostic& d) { return std::tuple(files[d.at.source ? d.at.source->name : ""], d.at.line, d.at.column); };
    return rank(a) < rank(b);
  });
  if (left_out_ > 0)
    list_.push_back({Severity::error, std::string(codes::too_many.code), "and " + std::to_string(left_out_) + " more problems", "", {}});
  return std::move(list_);
}

std::string format_diagnostic(const Diagnostic& diagnostic) {
  const Place& at = diagnostic.at;
  std::string out;
  if (at.source) {
    out += at.source->name + ":";
    if (at.line) out += std::to_string(at.line) + ":" + std::to_string(at.column) + ":";
    out += " ";
  }
  out += (diagnostic.severity == Severity::error ? "error[" : "warning[") + diagnostic.code + "]: " + diagnostic.message + "\n";
  if (at.source && at.line) {
    const std::string_view line = line_of(at.source->text, at.line);
    const std::size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
    if (const std::string_view shown = line.substr(indent); !shown.empty() && at.column > indent && at.column - 1 <= line.size()) {
      out += "  " + std::string(shown.substr(0, 160)) + "\n";
      if (const std::size_t before = at.column - 1 - indent; before < 160) {
        const std::size_t room =
            std::max<std::size_t>(1, std::min<std::size_t>(shown.size() - std::min(before, shown.size()), 160 - before));
        out += "  " + std::string(before, ' ') + "^" + std::string(std::clamp<std::size_t>(at.length, 1, room) - 1, '~') + "\n";
      }
    }
  }
  if (!diagnostic.hint.empty()) out += "  hint: " + diagnostic.hint + "\n";
  return out;
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& each) { return each.severity == Severity::error; });
}

std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  if (word.size() > 200) return best;
  for (const auto& candidate : candidates) {
    if (candidate.size() > 200) continue;
    if (const std::size_t d = distance(word, candidate); d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string near = nearest_name(word, candidates);
  return near.empty() ? "" : "did you mean '" + near + "'?";
}

std::string join(const std::vector<std::string>& words, std::string_view separator) {
  std::string out;
  for (const auto& word : words) {
    if (&word != &words.front()) out += separator;
    out += word;
  }
  return out;
}

std::string line_and_column(const Place& place) {
  return "line " + std::to_string(place.line) + ", column " + std::to_string(place.column);
}

}  // namespace headrace
