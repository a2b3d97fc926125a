// Whether a page holds next to nothing to read: what links of spam lead to, and what teaches the link model.
//
//   thin: {node: is_thin, in: {text: article.text}, min_words: 40}
//
// Thin is a text of fewer than `min_words` words, and one that says the same words over and over: fewer than one in `most_repeated`
// of the words at its beginning is new.
#include <string_view>
#include <unordered_set>

#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/support/words.hpp"

namespace headrace {
namespace {

class IsThin {
 public:
  struct Config {
    std::int64_t min_words = 40, most_repeated = 10;
    static constexpr auto fields() {
      return std::tuple(field("min_words", &Config::min_words, "A text of fewer is thin.", in_range(0, 1e6)),
                        field("most_repeated", &Config::most_repeated, "So often may a word come again, on average.", in_range(1, 1e6)));
    }
  };
  explicit IsThin(Config config) : config_(config) {}

  bool operator()(Opt<"text"> text) const {
    const Words words(text ? std::string_view(*text) : std::string_view(), longest);
    if (words.size() < static_cast<std::size_t>(config_.min_words)) return true;
    std::unordered_set<std::string_view> different;
    for (std::size_t i = 0; i < words.size(); ++i) different.insert(words[i]);
    return different.size() * static_cast<std::size_t>(config_.most_repeated) < words.size();
  }

 private:
  static constexpr std::size_t longest = 8 << 10;  // bytes that are looked at: any long text repeats its words
  Config config_;
};

}  // namespace
HEADRACE_NODE(IsThin, "is_thin", "Tells whether a page holds next to nothing to read.")
}  // namespace headrace
