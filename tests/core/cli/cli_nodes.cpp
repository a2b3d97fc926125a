// The nodes that the tests of the command run.
#include <mutex>

#include "core/node.hpp"
#include "tests/core/cli/cli_support.hpp"

HEADRACE_KEY("cli_number", "A number.", int)
HEADRACE_KEY("cli_offset", "Added to a score.", int)
HEADRACE_KEY("cli_score", "What a number is worth.", int)
HEADRACE_KEY("cli_words", "Words.", std::vector<std::string>)
HEADRACE_KEY("cli_bytes", "Raw bytes.", headrace::Bytes)

namespace headrace::cli_test {
std::vector<std::string>& collected() {
  static std::vector<std::string> all;
  return all;
}
}  // namespace headrace::cli_test

namespace {

using namespace headrace;

class Score {
 public:
  struct Config {
    int factor = 2;
    bool lenient = false;
    static constexpr auto fields() {
      return std::tuple(field("factor", &Config::factor, "What a number is multiplied with.", in_range(1, 100)),
                        field("lenient", &Config::lenient, "Take numbers below zero."));
    }
  };
  explicit Score(Config config) : config_(config) {}
  Maybe<int> operator()(In<"cli_number"> number, Opt<"cli_offset"> offset) const {
    if (*number < 0 && !config_.lenient) throw NodeError("unavailable", "no score below zero", true);
    if (*number == 0) return Drop{"zero"};
    return *number * config_.factor + (offset ? *offset : 0);
  }

 private:
  Config config_;
};
HEADRACE_NODE(Score, "cli_score", "Scores a number.")

class Twice {
 public:
  int operator()(In<"cli_number"> number) const { return 2 * *number; }
};
HEADRACE_NODE(Twice, "cli_twice", "Doubles a number.")

class Words {
 public:
  std::vector<std::string> operator()(In<"cli_number"> number) const { return {static_cast<std::size_t>(*number % 5), "word"}; }
};
HEADRACE_NODE(Words, "cli_words", "As many words as a number says.")

class Sum {
 public:
  int operator()(In<"cli_number"> number) { return sum_ += *number; }

 private:
  int sum_ = 0;
};
HEADRACE_NODE(Sum, "cli_sum", "The sum so far.")

class KeptSum {
 public:
  int operator()(In<"cli_number"> number, State state) {
    const int sum = std::stoi(state.get("sum").value_or("0")) + *number;
    state.put("sum", std::to_string(sum));
    return sum;
  }
};
HEADRACE_NODE(KeptSum, "cli_kept_sum", "The sum so far, also of earlier runs.")

class Split {
 public:
  Each<int> operator()(In<"cli_number"> number) const {
    if (*number < 0) throw NodeError("bad_input", "nothing to split");
    Each<int> out;
    for (int i = 0; i < *number; ++i) out.items.push_back(i);
    return out;
  }
};
HEADRACE_NODE(Split, "cli_split", "The numbers below a number.")

class Size {
 public:
  int operator()(In<"cli_bytes"> bytes) const { return static_cast<int>(bytes->size()); }
};
HEADRACE_NODE(Size, "cli_size", "How many bytes there are.")

class CountUp {
 public:
  struct Config {
    int from = 1, to = 3;
    static constexpr auto fields() { return std::tuple(field("from", &Config::from, "First."), field("to", &Config::to, "Last.")); }
  };
  explicit CountUp(Config config) : config_(config) {}
  void operator()(Emit<int> emit) {
    for (int i = config_.from; i <= config_.to; ++i)
      if (!emit(i)) return;
  }

 private:
  Config config_;
};
HEADRACE_NODE(CountUp, "cli_count_up", "Counts.")

class Collect {
 public:
  void operator()(In<"cli_number"> number) { cli_test::collected().push_back(std::to_string(*number)); }
};
HEADRACE_NODE(Collect, "cli_collect", "Keeps what it gets.")

class Broken {
 public:
  void operator()(In<"cli_number">) {}
  void flush() { throw NodeError("unavailable", "the disk is full"); }
};
HEADRACE_NODE(Broken, "cli_broken_sink", "Cannot write.")

}  // namespace
