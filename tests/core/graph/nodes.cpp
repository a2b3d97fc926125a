// The nodes of which compile_test.cpp builds its graphs.
#include "tests/core/graph/nodes.hpp"

namespace headrace {
namespace {

using plan_test::Client;
using plan_test::Doc;
using plan_test::Model;

struct Increment {
  struct Config {
    int by = 1;
    std::string mode = "plain";
    Duration wait{};
    std::string token;
    static constexpr auto fields() {
      return std::tuple(field("by", &Config::by, "How much is added.", in_range(0, 100)),
                        field("mode", &Config::mode, "How.", one_of("plain", "fancy")), field("wait", &Config::wait, "A pause."),
                        field("token", &Config::token, "A password.", secret()));
    }
  };
  explicit Increment(Config config) : by(config.by) {}
  int operator()(In<"t_number"> number) const { return *number + by; }
  int by;
};
HEADRACE_NODE(Increment, "t_increment", "Adds to a number.")

struct Sum {
  int operator()(In<"t_number"> a, In<"t_other"> b) const { return *a + *b; }
};
HEADRACE_NODE(Sum, "t_sum", "Adds two numbers.")

struct Length {
  int operator()(In<"t_text"> text) const { return static_cast<int>(text->size()); }
};
HEADRACE_NODE(Length, "t_length", "Counts the letters of a text.")

struct Say {
  std::string operator()(In<"t_number"> number, Opt<"t_text"> text) const { return (text ? *text : "") + std::to_string(*number); }
};
HEADRACE_NODE(Say, "t_say", "Writes a number.")

struct MakeDoc {
  Doc operator()(In<"t_text"> text) const { return {*text, {}, 0}; }
};
HEADRACE_NODE(MakeDoc, "t_make_doc", "Makes a document.")

struct Count {
  int operator()(In<"t_number"> number) { return seen += *number; }
  int seen = 0;
};
HEADRACE_NODE(Count, "t_count", "Sums up all numbers so far.")

struct Later {
  void operator()(In<"t_number"> number, Reply<int> reply) const { reply(*number); }
};
HEADRACE_NODE(Later, "t_later", "Answers later.")

struct Filter {
  Maybe<int> operator()(In<"t_number"> number) const { return *number < 0 ? Maybe<int>(Drop{"negative"}) : Maybe<int>(*number); }
};
HEADRACE_NODE(Filter, "t_filter", "Drops negative numbers.")

struct Split {
  Each<Doc> operator()(In<"t_text"> text) const { return {{{*text, {}, 1}, {*text, {}, 2}}}; }
};
HEADRACE_NODE(Split, "t_split", "Expands a text.")

struct Who {
  std::string operator()(In<"t_text">, DocumentId id) const { return std::string(id.text); }
};
HEADRACE_NODE(Who, "t_who", "Tells the identity.")

struct Emitter {
  struct Config {
    Path path;
    static constexpr auto fields() { return std::tuple(field("path", &Config::path, "Where to read.", required())); }
  };
  explicit Emitter(Config) {}
  void operator()(Emit<std::string> emit) { emit("text"); }
};
HEADRACE_NODE(Emitter, "t_emit", "A source of texts.")

struct Swallow {
  void operator()(In<"t_number">) {}
};
HEADRACE_NODE(Swallow, "t_swallow", "A sink for numbers.")

struct Write {
  struct Config {
    Path path;
    Bindings keys;
    static constexpr auto fields() {
      return std::tuple(field("path", &Config::path, "File.", required()), field("keys", &Config::keys, "What to write.", required()));
    }
  };
  static void ports(const Config& config, PortList& list) {
    for (const auto& [name, from] : config.keys.entries) list.any(name, from);
  }
  explicit Write(Config) {}
  void operator()(Inputs) {}
};
HEADRACE_NODE(Write, "t_write", "A sink for anything.")

struct PlainModel final : Model {};
HEADRACE_RESOURCE(PlainModel, Model, "t_model", "A model.")

struct FileModel final : Model {
  struct Config {
    Path path;
    static constexpr auto fields() { return std::tuple(field("path", &Config::path, "File.", required())); }
  };
  explicit FileModel(Config) {}
};
HEADRACE_RESOURCE(FileModel, Model, "t_model_file", "A model in a file.")

struct StackedModel final : Model {
  struct Config {
    Use<Model> under;
    static constexpr auto fields() { return std::tuple(field("under", &Config::under, "What it stands on.")); }
  };
  explicit StackedModel(Config) {}
};
HEADRACE_RESOURCE(StackedModel, Model, "t_stacked", "A model over another.")

struct PlainClient final : Client {};
HEADRACE_RESOURCE(PlainClient, Client, "t_client", "A client.")

struct Ask {
  struct Config {
    Use<Model> model;
    static constexpr auto fields() { return std::tuple(field("model", &Config::model, "The model.")); }
  };
  explicit Ask(Config) {}
  int operator()(In<"t_number"> number) const { return *number; }
};
HEADRACE_NODE(Ask, "t_ask", "Asks a model.")

struct Call {
  struct Config {
    Use<Client> client;
    static constexpr auto fields() { return std::tuple(field("client", &Config::client, "The client.")); }
  };
  explicit Call(Config) {}
  int operator()(In<"t_number"> number) const { return *number; }
};
HEADRACE_NODE(Call, "t_call", "Calls a client.")

}  // namespace
}  // namespace headrace
