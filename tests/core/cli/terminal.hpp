// A small terminal: what a person would see after a program has written its text. It knows what the progress screen uses and
// refuses the rest.
#pragma once
#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace headrace::cli_test {

class Terminal {
 public:
  explicit Terminal(std::size_t columns = 100, std::size_t rows = 30) : columns_(columns), rows_(rows) {}

  void write(const std::string& text) {
    for (const char c : text) {
      if (!sequence_.empty()) escape(c);
      else if (c == '\x1b') sequence_ = "\x1b";
      else if (c == '\r') column_ = 0;
      else if (c == '\n') next_line();
      else put(c);
    }
  }

  bool cursor_shown() const { return cursor_; }
  bool wraps() const { return wraps_; }
  std::vector<std::string> lines() const {  // with those that have scrolled away, without blanks at the ends
    std::vector<std::string> out = lines_;
    for (auto& line : out) line.erase(line.find_last_not_of(' ') + 1);
    while (!out.empty() && out.back().empty()) out.pop_back();
    return out;
  }

 private:
  void next_line() {  // the terminals of these tests turn "\n" into "\r\n", as the line discipline does
    ++row_;
    column_ = 0;
    if (row_ - top_ >= rows_) ++top_;
  }
  std::string& line() {
    if (row_ >= lines_.size()) lines_.resize(row_ + 1);
    return lines_[row_];
  }
  void put(char c) {
    if ((static_cast<unsigned char>(c) & 0xC0) == 0x80) return;  // one place a letter
    if (column_ >= columns_) {
      if (!wraps_) return;
      next_line();
    }
    if (line().size() <= column_) line().resize(column_ + 1, ' ');
    line()[column_++] = static_cast<unsigned char>(c) < 0x80 ? c : '?';
  }

  void escape(char c) {
    sequence_ += c;
    if (sequence_.size() == 2 || !std::isalpha(static_cast<unsigned char>(c))) return;
    const std::string sequence = std::exchange(sequence_, "").substr(2);
    if (sequence == "K" || sequence == "J") {
      if (line().size() > column_) line().resize(column_);
      if (sequence == "J") lines_.resize(row_ + 1);
    } else if (sequence.back() == 'A') {
      const std::size_t up = std::stoul(sequence);
      row_ = std::max(top_, row_ - std::min(row_, up));
    } else if (sequence == "?25l" || sequence == "?25h") {
      cursor_ = sequence.back() == 'h';
    } else if (sequence == "?7l" || sequence == "?7h") {
      wraps_ = sequence.back() == 'h';
    } else if (sequence != "?2026h" && sequence != "?2026l") {
      throw std::runtime_error("a sequence that this terminal does not know: " + sequence);
    }
  }

  std::size_t columns_, rows_, top_ = 0, row_ = 0, column_ = 0;
  std::vector<std::string> lines_;
  std::string sequence_;
  bool cursor_ = true, wraps_ = true;
};

}  // namespace headrace::cli_test
