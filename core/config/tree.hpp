// A parsed YAML value that remembers where it stands. yaml-cpp is used in tree.cpp only.
//
//   auto parsed = parse_config("node: fetch\ntimeout: 10s\n", "news.yaml");
//   read_value<Duration>(parsed.root.member("timeout")->view());
//
// Scalars keep their text; the reader's type decides what they mean. Trees are values; views borrow them.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/diagnostic.hpp"
#include "core/value/json.hpp"

namespace headrace {

struct ConfigTree {
  enum class Kind : std::uint8_t { null, scalar, list, map };
  struct Member;
  Kind kind = Kind::null;
  bool quoted = false;  // a quoted scalar is a string wherever its type is free
  bool secret = false;  // came out of the environment: never shown
  std::string text;     // of a scalar
  std::string tag;      // "!required", "!file"; empty without one
  std::vector<ConfigTree> items;
  std::vector<Member> members;  // in the order of the file
  Place at;
  std::string base;  // folder that relative paths start from; empty: the working directory

  const Member* find(std::string_view name) const;
  const ConfigTree* member(std::string_view name) const;
  bool is_map() const { return kind == Kind::map; }
  bool is_list() const { return kind == Kind::list; }
  bool is_scalar() const { return kind == Kind::scalar; }
  ValueView view() const;
};

struct ConfigTree::Member {
  std::string name;
  Place at;
  ConfigTree value;
};

struct ParsedConfig {
  ConfigTree root;
  std::vector<Diagnostic> diagnostics;  // syntax, duplicate keys, tabs, merge keys, several documents
};

// Parses one YAML document. `name` is the file name that diagnostics show; `base` is where its relative paths start.
ParsedConfig parse_config(std::string text, std::string name, std::string base = "");

// Reads and parses a file; an unreadable one is a diagnostic. Relative paths in it start from its folder.
ParsedConfig load_config(const std::string& path);

// A scalar that was not written in a file: a --set, a parameter of a test.
ConfigTree config_scalar(std::string text, std::string base = "");

}  // namespace headrace
