// Sink `write_jsonl`: one JSON object a line.
//
//   documents: {node: write_jsonl, path: out/documents.jsonl, keys: {title: [article.title, entry.title], topics: topics}}
//
// The members of a line stand in the order of `keys`; an absent one is null. Without a state the file is appended to, or
// begun anew with `replace`; with one it is first cut to what had settled, so that a line is there once even after a crash.
#include "core/node.hpp"
#include "core/state/append_file.hpp"

namespace headrace {

namespace {

class WriteJsonl {
 public:
  struct Config {
    Path path;
    Bindings keys;
    bool replace = false;
    static constexpr auto fields() {
      return std::tuple(
          field("path", &Config::path, "The file; its folder is made. '-' is standard output.", required()),
          field("keys", &Config::keys, "Names of the members, each with the keys or fields it is taken from, best first.", required()),
          field("replace", &Config::replace, "Begin with an empty file, unless an earlier run is resumed."));
    }
  };
  static void ports(const Config& config, PortList& list) {
    for (const auto& [name, from] : config.keys.entries) list.any(name, from);
  }
  static constexpr std::array<std::string_view, 1> errors() { return {"sink_failed"}; }

  explicit WriteJsonl(const Config& config) : file_(config.path.text), replace_(config.replace) {}

  void operator()(Inputs inputs) {
    begin();
    line_.clear();
    line_.begin_object();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      line_.member(inputs.name(i));
      inputs.write(i, line_);
    }
    line_.end_object();
    file_.append(line_.take() + '\n');
  }
  void flush() { file_.flush(); }
  std::optional<std::uint64_t> position() {
    begin();
    return file_.length();
  }
  void resume(std::uint64_t length) {
    replace_ = false;
    file_.cut(length);
  }

 private:
  void begin() {
    if (std::exchange(replace_, false)) file_.cut(0);
  }

  AppendFile file_;
  bool replace_;  // and nothing was done yet
  JsonWriter line_;
};

HEADRACE_NODE(WriteJsonl, "write_jsonl", "Writes records as JSON Lines.")

}  // namespace
}  // namespace headrace
