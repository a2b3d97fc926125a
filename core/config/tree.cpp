#include "core/config/tree.hpp"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unordered_map>

#include <yaml-cpp/yaml.h>

#include "core/graph/diagnostic_codes.hpp"

namespace headrace {

namespace {

// Plain scalars by the YAML 1.2 core schema.
Shape scalar_shape(const ConfigTree& tree) {
  if (tree.quoted) return Shape::string;
  const std::string_view text = tree.text;
  if (text.empty() || text == "~" || text == "null") return Shape::null;
  if (text == "true" || text == "false") return Shape::boolean;
  std::int64_t integer = 0;
  const char* last = text.data() + text.size();
  const char* first = text.data() + (text.front() == '+' ? 1 : 0);
  if (std::from_chars(first, last, integer).ptr == last) return Shape::integer;
  double number = 0;
  if (const auto parsed = std::from_chars(first, last, number); parsed.ptr == last && parsed.ec == std::errc() && std::isfinite(number)) return Shape::number;
  return Shape::string;
}

class ConfigBackend final : public ValueView::Backend {
 public:
  static const ConfigTree& tree(ValueView::Handle handle) { return *reinterpret_cast<const ConfigTree*>(handle.first); }
  ValueView view(const ConfigTree& tree) const { return {*this, {reinterpret_cast<std::uintptr_t>(&tree), 0}}; }

  Shape shape(ValueView::Handle handle) const override {
    switch (tree(handle).kind) {
      case ConfigTree::Kind::null: return Shape::null;
      case ConfigTree::Kind::scalar: return scalar_shape(tree(handle));
      case ConfigTree::Kind::list: return Shape::list;
      default: return Shape::object;
    }
  }
  std::optional<bool> boolean(ValueView::Handle handle) const override {
    const auto& text = tree(handle).text;
    if (!tree(handle).is_scalar() || (text != "true" && text != "false")) return std::nullopt;
    return text == "true";
  }
  std::optional<double> number(ValueView::Handle handle) const override { return parse<double>(tree(handle)); }
  std::optional<std::int64_t> integer(ValueView::Handle handle) const override { return parse<std::int64_t>(tree(handle)); }
  std::optional<std::string_view> string(ValueView::Handle handle) const override {
    if (!tree(handle).is_scalar()) return std::nullopt;
    return tree(handle).text;
  }
  std::vector<ValueView> elements(ValueView::Handle handle) const override {
    std::vector<ValueView> out;
    for (const auto& item : tree(handle).items) out.push_back(view(item));
    return out;
  }
  std::vector<std::pair<std::string_view, ValueView>> members(ValueView::Handle handle) const override {
    std::vector<std::pair<std::string_view, ValueView>> out;
    for (const auto& member : tree(handle).members) out.emplace_back(member.name, view(member.value));
    return out;
  }
  std::optional<ValueView> member(ValueView::Handle handle, std::string_view name) const override {
    const ConfigTree* found = tree(handle).member(name);
    return found ? std::optional(view(*found)) : std::nullopt;
  }
  const ConfigTree* config(ValueView::Handle handle) const override { return &tree(handle); }

 private:
  template <class T> static std::optional<T> parse(const ConfigTree& tree) {
    if (!tree.is_scalar() || tree.text.empty()) return std::nullopt;
    T value{};
    const char* last = tree.text.data() + tree.text.size();
    const auto parsed = std::from_chars(tree.text.data() + (tree.text.front() == '+' ? 1 : 0), last, value);
    if (parsed.ptr != last || parsed.ec != std::errc()) return std::nullopt;
    return value;
  }
};

const ConfigBackend config_backend;

struct Parser {
  std::shared_ptr<const SourceText> source;
  std::string base;
  std::vector<Diagnostic> diagnostics{};
  std::size_t values = 0;
  bool refused = false;
  static constexpr int max_depth = 200;
  static constexpr std::size_t values_of_aliases = 20'000;

  Place place(const YAML::Mark& mark, std::size_t length = 1) const {
    if (mark.is_null()) return {source, 0, 0, 1};
    return {source, static_cast<unsigned>(mark.line + 1), static_cast<unsigned>(mark.column + 1), static_cast<unsigned>(std::max<std::size_t>(1, length))};
  }
  void report(const DiagnosticCode& code, std::string message, std::string hint, Place at) {
    diagnostics.push_back({Severity::error, std::string(code.code), std::move(message), std::move(hint), std::move(at)});
  }

  // Aliases may repeat, or even contain, what they stand for: a small text can mean a huge value. Without them a text has no
  // more values than letters.
  bool within_limits(const YAML::Node& node, int depth) {
    if (depth <= max_depth && ++values <= source->text.size() + values_of_aliases) return true;
    if (!refused) report(codes::too_large, "this is nested too deeply or holds too many values", "aliases count each time that they are used", place(node.Mark()));
    refused = true;
    return false;
  }

  ConfigTree convert(const YAML::Node& node, int depth = 0) {
    ConfigTree tree;
    if (refused || !within_limits(node, depth)) return tree;
    tree.at = place(node.Mark(), node.IsScalar() ? node.Scalar().size() : 1);
    tree.base = base;
    if (const std::string& tag = node.Tag(); tag.size() > 1 && tag[0] == '!' && tag != "!") tree.tag = tag;
    if (node.IsScalar()) {
      tree.kind = ConfigTree::Kind::scalar;
      tree.text = node.Scalar();
      tree.quoted = node.Tag() == "!";
      if (tree.quoted) tree.at.length += 2;
    } else if (node.IsSequence()) {
      tree.kind = ConfigTree::Kind::list;
      for (const auto& item : node) tree.items.push_back(convert(item, depth + 1));
    } else if (node.IsMap()) {
      tree.kind = ConfigTree::Kind::map;
      std::unordered_map<std::string, Place> seen;
      for (const auto& entry : node) add_member(tree, seen, entry.first, entry.second, depth);
    }
    return tree;
  }

  void add_member(ConfigTree& tree, std::unordered_map<std::string, Place>& seen, const YAML::Node& name, const YAML::Node& value, int depth) {
    if (!name.IsScalar()) return report(codes::name_not_scalar, "a name must be a scalar", "", place(name.Mark()));
    const Place at = place(name.Mark(), name.Scalar().size());
    if (name.Scalar() == "<<") return report(codes::merge_key, "merge keys ('<<') are not supported", "write the members out", at);
    if (const auto [first, fresh] = seen.emplace(name.Scalar(), at); !fresh)
      return report(codes::given_twice, "'" + name.Scalar() + "' is given twice", "the first is at " + line_and_column(first->second), at);
    tree.members.push_back({name.Scalar(), at, convert(value, depth + 1)});
  }

  // yaml-cpp says "illegal map value" and the like for a tab; a person needs to hear of the tab.
  bool report_tab() {
    std::string_view text = source->text;
    for (unsigned line = 1; !text.empty(); ++line) {
      const std::string_view row = text.substr(0, text.find('\n'));
      const auto first = row.find_first_not_of(' ');
      if (first != std::string_view::npos && row[first] == '\t' && row.find_first_not_of(" \t\r") != std::string_view::npos) {
        report(codes::tab, "tabs are not allowed for indentation", "use spaces", {source, line, static_cast<unsigned>(first + 1), 1});
        return true;
      }
      text.remove_prefix(std::min(text.size(), row.size() + 1));
    }
    return false;
  }
};

}  // namespace

const ConfigTree::Member* ConfigTree::find(std::string_view name) const {
  for (const Member& member : members) if (member.name == name) return &member;
  return nullptr;
}

const ConfigTree* ConfigTree::member(std::string_view name) const {
  const Member* found = find(name);
  return found ? &found->value : nullptr;
}

ValueView ConfigTree::view() const { return config_backend.view(*this); }

ParsedConfig parse_config(std::string text, std::string name, std::string base) {
  Parser parser{std::make_shared<SourceText>(SourceText{std::move(name), std::move(text)}), std::move(base)};
  ParsedConfig out;
  try {
    const auto documents = YAML::LoadAll(parser.source->text);
    if (documents.size() > 1)
      parser.report(codes::several_documents, "there are several documents in one file", "keep one pipeline in a file", parser.place(documents[1].Mark()));
    if (!documents.empty()) out.root = parser.convert(documents.front());
    if (parser.refused) out.root = {};
  } catch (const YAML::Exception& error) {
    if (!parser.report_tab()) parser.report(codes::not_yaml, "not YAML: " + error.msg, "", parser.place(error.mark));
  } catch (const std::exception& error) {
    parser.report(codes::not_yaml, std::string("not YAML: ") + error.what(), "", {parser.source, 0, 0, 1});
  }
  if (!out.root.at.source) out.root.at = {parser.source, 1, 1, 1};
  out.diagnostics = std::move(parser.diagnostics);
  return out;
}

ParsedConfig load_config(const std::string& path) {
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, error)) {
    ParsedConfig out;
    const auto source = std::make_shared<SourceText>(SourceText{path, ""});
    out.root.at = {source, 0, 0, 1};
    out.diagnostics.push_back({Severity::error, std::string(codes::unreadable.code), "cannot read this file", "", out.root.at});
    return out;
  }
  std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse_config(std::move(text), path, std::filesystem::path(path).parent_path().string());
}

ConfigTree config_scalar(std::string text, std::string base) {
  ConfigTree tree;
  tree.kind = ConfigTree::Kind::scalar;
  tree.text = std::move(text);
  tree.base = std::move(base);
  return tree;
}

}  // namespace headrace
