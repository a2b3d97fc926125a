// A made-up stream of links, some of which lead to spam.
//
//   LinkStream stream;
//   const LinkStream::Item item = stream.next();   // the same ones in every test
#pragma once
#include <random>
#include <string>
#include <vector>

namespace headrace::testing {

// Outlets that publish news, some of which also publish what somebody pays for, and farms whose hosts come and go: only words and
// shapes tell those.
class LinkStream {
 public:
  struct Item {
    std::string url, title;
    bool spam;
  };

  Item next() {
    const int kind = draw(10);
    if (kind < 6) return {"https://" + outlet() + "/2026/0" + digit() + "/" + words(news_, 4, "-"), words(news_, 6, " "), false};
    if (kind < 8) return {"https://" + outlet() + "/partner/" + words(paid_, 3, "-") + "?aff=" + digit(), words(paid_, 5, " "), true};
    return {"https://" + words(paid_, 2, "-") + digit() + digit() + ".example/go/" + words(paid_, 2, "_"), words(paid_, 4, " ") + "!",
            true};
  }

 private:
  int draw(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  std::string digit() { return std::to_string(1 + draw(9)); }
  std::string outlet() { return "outlet" + std::string(1, static_cast<char>('a' + draw(26))) + ".example"; }
  std::string words(const std::vector<std::string>& from, int count, const std::string& between) {
    std::string out;
    for (int i = 0; i < count; ++i) {
      // Half of the words are common to both: no single word decides.
      const auto& pool = draw(2) == 0 ? common_ : from;
      out += (i == 0 ? "" : between) + pool[static_cast<std::size_t>(draw(static_cast<int>(pool.size())))];
    }
    return out;
  }

  std::mt19937 random_{7};
  const std::vector<std::string> common_ = {"new", "great", "day", "best", "year", "city", "home", "money", "win", "free", "week", "plan"};
  const std::vector<std::string> news_ = {"council", "ferry",  "harbour", "minister", "storm",  "court",
                                          "school",  "budget", "strike",  "bridge",   "police", "vote"};
  const std::vector<std::string> paid_ = {"casino", "bonus",   "loan", "pills",   "discount", "slots",
                                          "crypto", "voucher", "deal", "jackpot", "credit",   "cheap"};
};

}  // namespace headrace::testing
