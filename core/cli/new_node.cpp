#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "core/cli/args.hpp"
#include "core/cli/new_node_text.hpp"

namespace headrace::cli {

namespace {

using Kind = NewNode::Kind;

bool is_snake_case(const std::string& name) {
  return !name.empty() && std::islower(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::islower(c) || std::isdigit(c) || c == '_'; });
}

bool is_camel_case(const std::string& name) {
  return !name.empty() && std::isupper(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c); });
}

std::string camel_case(const std::string& name) {
  std::string out;
  bool upper = true;
  for (const char c : name) {
    if (c != '_') out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = c == '_';
  }
  return out;
}

// A word that cannot name a parameter next to the names that a scaffold uses.
bool is_reserved(const std::string& word) {
  static const std::set<std::string> words{
      "alignas",  "alignof",   "and",      "asm",      "auto",    "bool",     "break",    "case",     "catch",   "char",      "class",
      "concept",  "const",     "continue", "decltype", "default", "delete",   "do",       "double",   "else",    "enum",      "explicit",
      "export",   "extern",    "false",    "float",    "for",     "friend",   "goto",     "if",       "inline",  "int",       "long",
      "mutable",  "namespace", "new",      "noexcept", "not",     "nullptr",  "operator", "or",       "private", "protected", "public",
      "register", "requires",  "return",   "short",    "signed",  "sizeof",   "static",   "struct",   "switch",  "template",  "this",
      "throw",    "true",      "try",      "typedef",  "typeid",  "typename", "union",    "unsigned", "using",   "value",     "reply",
      "virtual",  "void",      "volatile", "while",    "xor"};
  return words.contains(word);
}

struct Port {
  std::string key;
  bool optional = false;
};

class Scaffold {
 public:
  explicit Scaffold(const NewNode& node) : node_(node), class_(camel_case(node.name)) {
    if (!is_snake_case(node.name))
      throw UsageError("'" + node.name + "' cannot be the name of a node: use small letters, digits and '_', such as count_words");
    if (find_node(node.name)) throw UsageError("there is a node '" + node.name + "' already (see headrace show " + node.name + ")");
    if (node.kind == Kind::source && !node.reads.empty()) throw UsageError("a source reads no keys: leave out --in");
    for (const auto& read : node.reads) add_port(read);
    if (node.kind != Kind::sink) type_ = type_named(node.gives);
    // One word, such as State or Page, is likely to be a type already.
    if (node.name.find('_') == std::string::npos || structs_.contains(class_)) class_ += "Node";
  }

  std::vector<NewFile> files() const {
    const NodeWords text = words();
    std::vector<NewFile> out{{node_.name + ".cpp", new_node_text(node_.kind, text)},
                             {node_.name + "_test.cpp", new_test_text(node_.kind, text)},
                             {"CMakeLists.txt", new_build_text(text)}};
    if (has_header()) out.insert(out.begin(), {node_.name + ".hpp", header()});
    return out;
  }

 private:
  // "language?" may be absent; "tide:double" is a key that the vocabulary lacks.
  void add_port(std::string read) {
    const bool optional = read.ends_with("?");
    if (optional) read.pop_back();
    const std::string key = read.substr(0, read.find(':'));
    if (!is_snake_case(key))
      throw UsageError("'" + read +
                       "' cannot be a key: --in takes names such as text, language? (may be absent) or tide:double (a new key)");
    if (std::any_of(ports_.begin(), ports_.end(), [&](const Port& port) { return port.key == key; }))
      throw UsageError("--in names '" + key + "' twice");
    ports_.push_back({key, optional});
    const KeyInfo* known = find_key(key);
    if (!known) keys_.emplace_back(key, type_named(key == read ? "string" : read.substr(key.size() + 1)));
    else if (key != read)
      throw UsageError("'" + key + "' is in the vocabulary, and is a " + known->type->name() +
                       ": leave out ':" + read.substr(key.size() + 1) + "'");
    else headers_.insert(header_of(known->file));
  }

  // As the node library includes them; of another project, the bare name.
  static std::string header_of(const std::string& file) {
    const std::size_t nodes = file.rfind("nodes/");
    return file.substr(nodes != std::string::npos ? nodes : file.rfind('/') + 1);
  }

  std::string type_named(const std::string& name) {
    static const std::map<std::string, std::string> known{
        {"int", "int"},   {"integer", "std::int64_t"}, {"double", "double"},      {"number", "double"},
        {"bool", "bool"}, {"boolean", "bool"},         {"string", "std::string"}, {"bytes", "Bytes"},
        {"time", "Time"}, {"duration", "Duration"},    {"json", "Json"},          {"Bytes", "Bytes"},
        {"Time", "Time"}, {"Duration", "Duration"},    {"Json", "Json"},          {"std::string", "std::string"}};
    if (const auto found = known.find(name); found != known.end()) return found->second;
    if (const KeyInfo* key = find_key(name)) return headers_.insert(header_of(key->file)), "Key<\"" + name + "\">::type";
    for (const KeyInfo* key : vocabulary())
      if (key->type->name() == name && is_camel_case(name))
        return headers_.insert(header_of(key->file)), "Key<\"" + std::string(key->name) + "\">::type";
    if (!is_camel_case(name))
      throw UsageError("'" + name +
                       "' is no type: name int, double, bool, string, a key such as article, or a new struct such as WordCount");
    structs_.insert(name);
    return name;
  }

  bool has_header() const { return !keys_.empty() || !structs_.empty(); }

  std::string header() const {
    std::string out =
        "// What " + node_.name + " shares with others.\n#pragma once\n#include \"core/value/value.hpp\"\n" + library_includes();
    for (const auto& each : structs_) out += new_struct_text(each);
    if (!keys_.empty()) out += "\n";
    for (const auto& [key, type] : keys_) {
      const bool elsewhere = type.find("::") != std::string::npos && !type.starts_with("Key<");
      const bool ours = !elsewhere && (std::isupper(static_cast<unsigned char>(type[0])) != 0) && !structs_.contains(type);
      out += "HEADRACE_KEY(\"" + key + "\", \"Say what it is.\", " + (ours ? "headrace::" : "") + type + ")\n";
    }
    return out;
  }

  std::string library_includes() const {
    std::string out;
    for (const auto& each : headers_) out += "#include \"" + each + "\"\n";
    return out;
  }

  NodeWords words() const {
    NodeWords out{node_.name, class_, type_, library_includes(), "", ""};
    if (has_header()) out.includes += "#include \"" + node_.name + ".hpp\"\n";
    for (const Port& port : ports_) {
      const std::string name = port.key + (is_reserved(port.key) ? "_" : "");
      if (!out.parameters.empty()) out.parameters += ", ";
      out.parameters += "[[maybe_unused]] " + std::string(port.optional ? "Opt" : "In") + "<\"" + port.key + "\"> " + name;
      out.given += ".given<\"" + port.key + "\">({})";
    }
    return out;
  }

  const NewNode& node_;
  std::string class_, type_;
  std::vector<Port> ports_;
  std::vector<std::pair<std::string, std::string>> keys_;  // new ones, with their types
  std::set<std::string> headers_, structs_;
};

}  // namespace

std::vector<NewFile> new_node(const NewNode& node) { return Scaffold(node).files(); }

}  // namespace headrace::cli
