// The words of a text as matching needs them: compatibility forms and case folded (NFKC_Casefold), punctuation gone.
//
//   const Words words("Straße & Café's");   // "strasse", "café", "s"
//
// A word is a run of letters, marks and digits; of scripts that write no blanks (Han, Kana, Thai) each character is one.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

class Words {
 public:
  // Only the first `max_bytes` of the text are looked at.
  explicit Words(std::string_view text, std::size_t max_bytes = 1 << 20);
  std::size_t size() const { return spans_.size(); }
  std::string_view operator[](std::size_t i) const { return std::string_view(folded_).substr(spans_[i].begin, spans_[i].size); }

 private:
  struct Span {
    std::uint32_t begin, size;
  };
  std::string folded_;
  std::vector<Span> spans_;
};

}  // namespace headrace
