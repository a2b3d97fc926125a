#include "core/config/tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <unordered_map>

#include "core/graph/diagnostic_codes.hpp"

namespace headrace {

namespace {

// All of `text` as a finite number that T holds.
template <class T> std::optional<T> parse_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  T value{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ptr != text.data() + text.size() || parsed.ec != std::errc() || !std::isfinite(static_cast<double>(value)))
    return std::nullopt;
  return value;
}

// Plain scalars by the YAML 1.2 core schema.
Shape scalar_shape(const ConfigTree& tree) {
  if (tree.quoted) return Shape::string;
  const std::string_view text = tree.text;
  if (text.empty() || text == "~" || text == "null") return Shape::null;
  if (text == "true" || text == "false") return Shape::boolean;
  if (parse_number<std::int64_t>(text)) return Shape::integer;
  return parse_number<double>(text) ? Shape::number : Shape::string;
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
    return tree.is_scalar() ? parse_number<T>(tree.text) : std::nullopt;
  }
};

const ConfigBackend config_backend;

// Builds a tree out of the events of one document. A stack of open lists and maps, so that depth costs no call stack.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::shared_ptr<const SourceText> source, std::string base, std::vector<Diagnostic>& diagnostics)
      : source_(std::move(source)), base_(std::move(base)), diagnostics_(diagnostics) {}

  ConfigTree take() { return refused_ ? ConfigTree() : std::move(root_); }
  Place place(const YAML::Mark& mark, std::size_t length = 1) const {
    if (mark.is_null()) return {source_, 0, 0, 1};
    return {source_, static_cast<unsigned>(mark.line + 1), static_cast<unsigned>(mark.column + 1),
            static_cast<unsigned>(std::max<std::size_t>(1, length))};
  }
  void report(const DiagnosticCode& code, std::string message, std::string hint, Place at) {
    diagnostics_.push_back({Severity::error, std::string(code.code), std::move(message), std::move(hint), std::move(at)});
  }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(fresh(ConfigTree::Kind::null, mark, ""), anchor, 1); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& text) override {
    ConfigTree tree = fresh(ConfigTree::Kind::scalar, mark, tag);
    tree.text = text;
    tree.quoted = tag == "!";
    tree.at.length = static_cast<unsigned>(std::max<std::size_t>(1, text.size() + (tree.quoted ? 2 : 0)));
    add(std::move(tree), anchor, 1);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (refused_) return;
    if (const auto known = anchors_.find(anchor); known != anchors_.end()) {
      if (!within_limits(place(mark), known->second.values)) return;
      values_ -= known->second.values;  // add() counts them again
      ConfigTree tree = known->second.tree;
      tree.at = place(mark);
      return add(std::move(tree), 0, known->second.values);
    }
    report(codes::not_yaml, "not YAML: an alias stands inside what it repeats", "", place(mark));
    refused_ = true;
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(fresh(ConfigTree::Kind::list, mark, tag), anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(fresh(ConfigTree::Kind::map, mark, tag), anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    ConfigTree tree;
    YAML::anchor_t anchor = 0;
    std::size_t values_before = 0;
    bool has_name = false, name_is_good = false;  // of a map: the next value belongs to this name
    std::string name;
    Place name_at;
    std::unordered_map<std::string, Place> seen{};
  };
  struct Anchored {
    ConfigTree tree;
    std::size_t values = 0;
  };

  ConfigTree fresh(ConfigTree::Kind kind, const YAML::Mark& mark, const std::string& tag) const {
    ConfigTree tree;
    tree.kind = kind;
    tree.at = place(mark);
    tree.base = base_;
    if (tag.size() > 1 && tag[0] == '!') tree.tag = tag;
    return tree;
  }

  // Aliases repeat what they stand for: a small text can mean a huge value. Without them a text has no more values than
  // letters. Whoever walks a tree recurses, so its depth is bounded as well.
  bool within_limits(const Place& at, std::size_t more) {
    if (refused_) return false;
    values_ += more;
    if (open_.size() <= max_depth && values_ <= source_->text.size() + values_of_aliases) return true;
    report(codes::too_large, "this is nested too deeply or holds too many values", "aliases count each time that they are used", at);
    refused_ = true;
    return false;
  }

  void open(ConfigTree tree, YAML::anchor_t anchor) {
    if (!within_limits(tree.at, 1)) return;
    Open open;
    open.tree = std::move(tree);
    open.anchor = anchor;
    open.values_before = values_;
    open_.push_back(std::move(open));
  }

  void close() {
    if (refused_ || open_.empty()) return;
    Open done = std::move(open_.back());
    open_.pop_back();
    const std::size_t values = values_ - done.values_before + 1;
    values_ -= values;  // add() counts them again
    add(std::move(done.tree), done.anchor, values);
  }

  void add(ConfigTree tree, YAML::anchor_t anchor, std::size_t values) {
    if (!within_limits(tree.at, values)) return;
    if (anchor != 0) anchors_.insert_or_assign(anchor, Anchored{tree, values});
    if (open_.empty()) root_ = std::move(tree);
    else if (Open& home = open_.back(); home.tree.is_list()) home.tree.items.push_back(std::move(tree));
    else if (home.has_name) add_member(home, std::move(tree));
    else take_name(home, tree);
  }

  static void add_member(Open& home, ConfigTree value) {
    home.has_name = false;
    if (home.name_is_good) home.tree.members.push_back({std::move(home.name), home.name_at, std::move(value)});
  }

  void take_name(Open& home, const ConfigTree& name) {
    home.has_name = true;
    home.name_is_good = false;
    home.name = name.text;
    home.name_at = name.at;
    if (!name.is_scalar()) return report(codes::name_not_scalar, "a name must be a scalar", "", name.at);
    if (home.name == "<<") return report(codes::merge_key, "merge keys ('<<') are not supported", "write the members out", name.at);
    if (const auto [first, fresh] = home.seen.emplace(home.name, name.at); !fresh)
      return report(codes::given_twice, "'" + home.name + "' is given twice", "the first is at " + line_and_column(first->second), name.at);
    home.name_is_good = true;
  }

  static constexpr std::size_t max_depth = 200, values_of_aliases = 20'000;
  std::shared_ptr<const SourceText> source_;
  std::string base_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;
  std::size_t values_ = 0;
  bool refused_ = false;
  ConfigTree root_;
};

// Where a document begins.
class FirstMark final : public YAML::EventHandler {
 public:
  YAML::Mark mark = YAML::Mark::null_mark();
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& at, YAML::anchor_t) override { see(at); }
  void OnAlias(const YAML::Mark& at, YAML::anchor_t) override { see(at); }
  void OnScalar(const YAML::Mark& at, const std::string&, YAML::anchor_t, const std::string&) override { see(at); }
  void OnSequenceStart(const YAML::Mark& at, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override { see(at); }
  void OnMapStart(const YAML::Mark& at, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override { see(at); }
  void OnSequenceEnd() override {}
  void OnMapEnd() override {}

 private:
  void see(const YAML::Mark& at) {
    if (mark.is_null()) mark = at;
  }
};

// yaml-cpp says "illegal map value" and the like for a tab; a person needs to hear of the tab.
std::optional<Place> indenting_tab(const std::shared_ptr<const SourceText>& source) {
  std::string_view text = source->text;
  for (unsigned line = 1; !text.empty(); ++line) {
    const std::string_view row = text.substr(0, text.find('\n'));
    const auto first = row.find_first_not_of(' ');
    if (first != std::string_view::npos && row[first] == '\t' && row.find_first_not_of(" \t\r") != std::string_view::npos)
      return Place{source, line, static_cast<unsigned>(first + 1), 1};
    text.remove_prefix(std::min(text.size(), row.size() + 1));
  }
  return std::nullopt;
}

// The first line that is not UTF-8, which YAML is; what it names could not be written as JSON.
std::optional<Place> line_that_is_not_utf8(const std::shared_ptr<const SourceText>& source) {
  std::string_view text = source->text;
  if (is_utf8(text)) return std::nullopt;
  for (unsigned line = 1;; ++line) {
    const std::string_view row = text.substr(0, text.find('\n'));
    if (!is_utf8(row)) return Place{source, line, 1, 1};
    text.remove_prefix(row.size() + 1);
  }
}

// Reads the first document, and looks whether there is another. The parser answers some broken texts with one empty
// document after another, for ever, so nothing here waits for the last.
void read_documents(const SourceText& source, TreeBuilder& builder) {
  std::istringstream stream(source.text);
  YAML::Parser parser(stream);
  if (!parser.HandleNextDocument(builder)) return;
  FirstMark second;
  bool several = true;
  try {
    several = parser.HandleNextDocument(second);
  } catch (const YAML::Exception& error) {
    second.mark = error.mark;
  }
  if (!several) return;
  const Place at = builder.place(second.mark);
  if (source.text.find("---") == std::string::npos) builder.report(codes::not_yaml, "not YAML: the text goes on after its end", "", at);
  else builder.report(codes::several_documents, "there are several documents in one file", "keep one pipeline in a file", at);
}

}  // namespace

const ConfigTree::Member* ConfigTree::find(std::string_view name) const {
  for (const Member& member : members)
    if (member.name == name) return &member;
  return nullptr;
}

const ConfigTree* ConfigTree::member(std::string_view name) const {
  const Member* found = find(name);
  return found ? &found->value : nullptr;
}

ValueView ConfigTree::view() const { return config_backend.view(*this); }

ParsedConfig parse_config(std::string text, std::string name, std::string base) {
  const auto source = std::make_shared<SourceText>(SourceText{std::move(name), std::move(text)});
  ParsedConfig out;
  TreeBuilder builder(source, std::move(base), out.diagnostics);
  try {
    if (const auto line = line_that_is_not_utf8(source))
      builder.report(codes::not_yaml, "not YAML: this line is not UTF-8", "save the file as UTF-8", *line);
    else read_documents(*source, builder);
    out.root = builder.take();
  } catch (const YAML::Exception& error) {
    if (const auto tab = indenting_tab(source)) builder.report(codes::tab, "tabs are not allowed for indentation", "use spaces", *tab);
    else builder.report(codes::not_yaml, "not YAML: " + error.msg, "", builder.place(error.mark));
  } catch (const std::exception& error) {
    builder.report(codes::not_yaml, std::string("not YAML: ") + error.what(), "", {source, 0, 0, 1});
  }
  if (!out.root.at.source) out.root.at = {source, 1, 1, 1};
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
