#include "nodes/poll/api/description.hpp"

#include <algorithm>
#include <set>

#include "core/config/tree.hpp"
#include "core/graph/diagnostic_codes.hpp"
#include "nodes/poll/api/shipped.hpp"

namespace headrace::api {

namespace {

// Gathers what is wrong, so that all of it is said at once.
class Reader {
 public:
  explicit Reader(DiagnosticList& problems) : problems_(&problems) {}

  template <Described T> T read(const ConfigTree& tree, const std::string& owner) {
    T out{};
    if (!tree.is_map()) return problem(tree.at, "'" + owner + "' must be a map: {name: value}"), out;
    refuse_unknown<T>(tree, owner);
    for_each_field<T>([&](const auto& each) { read_member(tree, out, each, owner); });
    return out;
  }

  void problem(const Place& at, std::string message, std::string hint = {}) {
    problems_->error(codes::bad_value, std::move(message), at, std::move(hint));
  }

 private:
  template <Described T> void refuse_unknown(const ConfigTree& tree, const std::string& owner) {
    std::vector<std::string> names;
    for_each_field<T>([&](const auto& each) { names.emplace_back(each.name); });
    for (const auto& member : tree.members) {
      if (std::find(names.begin(), names.end(), member.name) != names.end()) continue;
      const std::string near = did_you_mean(member.name, names);
      problem(member.at, "'" + owner + "' has no '" + member.name + "'",
              (near.empty() ? "" : near + " ") + "(it may have: " + join(names) + ")");
    }
  }

  template <class T, class F> void read_member(const ConfigTree& tree, T& into, const F& field, const std::string& owner) {
    using Member = typename F::member_type;
    const ConfigTree* value = tree.member(field.name);
    if (!value || value->kind == ConfigTree::Kind::null) {
      if constexpr (F::template has<Required>)
        problem(tree.at, "'" + owner + "' lacks '" + std::string(field.name) + "'", std::string(field.doc));
      return;
    }
    const std::string name(field.name);
    if constexpr (Described<Member>) into.*(field.member) = read<Member>(*value, name);
    else if constexpr (is_optional<Member>) read_optional(*value, into.*(field.member), field, name);
    else if constexpr (std::same_as<Member, std::map<std::string, Parameter>>) read_parameters(*value, into.*(field.member));
    else read_plain(*value, into.*(field.member), field, name);
  }

  template <class M, class F> void read_optional(const ConfigTree& value, std::optional<M>& into, const F& field, const std::string& name) {
    if constexpr (Described<M>) into = read<M>(value, name);
    else read_plain(value, into, field, name);
  }

  template <class M, class F> void read_plain(const ConfigTree& value, M& into, const F& field, const std::string& name) {
    try {
      into = Codec<M>::read(value.view());
      detail::check_rules(field, value.view(), into);
    } catch (const BadValue& bad) {
      problem(bad.at && bad.at->at.line ? bad.at->at : value.at, "'" + name + "' " + bad.message, std::string(field.doc));
    }
  }

  void read_parameters(const ConfigTree& value, std::map<std::string, Parameter>& into) {
    if (!value.is_map()) return problem(value.at, "'parameters' must be a map: {instance: {about: ...}}");
    for (const auto& member : value.members)
      into.emplace(member.name, member.value.kind == ConfigTree::Kind::null ? Parameter{} : read<Parameter>(member.value, member.name));
  }

  DiagnosticList* problems_;
};

const Place& place_of(const ConfigTree& root, std::string_view member) {
  const ConfigTree* found = root.member(member);
  return found ? found->at : root.at;
}

// What the members must have to do with each other.
class Checker {
 public:
  Checker(const Description& description, const ConfigTree& root, Reader& reader) : api_(description), root_(root), reader_(&reader) {}

  void check() {
    for (const TextTemplate& url : api_.url.items) use(url, "url");
    if (api_.url.items.empty()) say("url", "'url' is an empty list");
    for (const auto& [name, header] : api_.headers) use(header, "headers");
    check_item();
    for (const auto& [name, parameter] : api_.parameters) check_parameter(name, parameter);
    const PostPaths& post = api_.post;
    if (post.id.items.empty()) say("post", "'id' is an empty list");
    if (post.link.items.empty() && post.html.items.empty() && post.markdown.items.empty())
      say("post", "a post has no place for links", "name one of link, html and markdown");
    if (api_.older) check_older(*api_.older);
    if (api_.newer && api_.newer->parameter.empty()) say("newer", "'parameter' is empty");
  }

 private:
  void say(std::string_view member, std::string message, std::string hint = {}) {
    reader_->problem(place_of(root_, member), std::move(message), std::move(hint));
  }

  void use(const TextTemplate& text, std::string_view member) {
    for (const std::string& name : text.names()) {
      used_.insert(name);
      if (!api_.parameters.contains(name) && !(member == "item" && name == "id"))
        say(member, "'{" + name + "}' is none of the parameters", "declare it under parameters:");
    }
  }

  void check_item() {
    if (!api_.item) return;
    use(*api_.item, "item");
    if (!used_.contains("id")) say("item", "'item' lacks {id}");
    if (api_.newer || api_.older) say("item", "'item' goes with neither 'newer' nor 'older'", "a list of ids is read as a whole");
  }

  void check_parameter(const std::string& name, const Parameter& parameter) {
    const ConfigTree* tree = root_.member("parameters");
    const auto* member = tree ? tree->find(name) : nullptr;
    const Place& at = member ? member->at : root_.at;
    if (name == "api" || name == "id") reader_->problem(at, "a parameter cannot be called '" + name + "'");
    if (!used_.contains(name)) reader_->problem(at, "the parameter '" + name + "' is used in no url and no header");
    if ((parameter.origin || parameter.base) && parameter.value && !origin_of(*parameter.value))
      reader_->problem(at, "the default of '" + name + "' names no server", "write social.example or https://social.example");
  }

  void check_older(const OlderPages& older) {
    const int ways = (older.from ? 1 : 0) + (older.count ? 1 : 0) + (older.link ? 1 : 0);
    if (ways != 1) say("older", "'older' needs one of from, count and link");
    if (older.link.has_value() == older.parameter.has_value()) say("older", "'older' needs a parameter, unless it has link");
  }

  const Description& api_;
  const ConfigTree& root_;
  Reader* reader_;
  std::set<std::string> used_;
};

std::string list_problems(const std::vector<Diagnostic>& problems) {
  constexpr std::size_t most_shown = 10;
  std::string out;
  for (std::size_t i = 0; i < problems.size() && i < most_shown; ++i) {
    const Diagnostic& each = problems[i];
    if (i > 0) out += "\n";
    if (each.at.source) out += each.at.source->name + ":" + std::to_string(each.at.line) + ":" + std::to_string(each.at.column) + ": ";
    out += each.message + (each.hint.empty() ? "" : " (" + each.hint + ")");
  }
  return out;
}

}  // namespace

Description read_description(const ParsedConfig& parsed, std::vector<Diagnostic>& problems) {
  DiagnosticList list;
  list.add(parsed.diagnostics);
  Description out;
  if (!list.has_errors()) {
    Reader reader(list);
    out = reader.read<Description>(parsed.root, "an API's description");
    if (!list.has_errors()) Checker(out, parsed.root, reader).check();
  }
  problems = list.take();
  return out;
}

bool is_shipped(std::string_view name) {
  return std::any_of(shipped().begin(), shipped().end(), [&](const Shipped& each) { return each.name == name; });
}

std::vector<std::string> shipped_names() {
  std::vector<std::string> out;
  for (const Shipped& each : shipped()) out.emplace_back(each.name);
  return out;
}

Description load_description(const std::string& name_or_path) {
  const auto found = std::find_if(shipped().begin(), shipped().end(), [&](const Shipped& each) { return each.name == name_or_path; });
  const ParsedConfig parsed =
      found == shipped().end() ? load_config(name_or_path) : parse_config(std::string(found->text), name_or_path + ".yaml");
  std::vector<Diagnostic> problems;
  Description out = read_description(parsed, problems);
  if (!problems.empty()) throw BadSyntax(list_problems(problems));
  return out;
}

}  // namespace headrace::api
