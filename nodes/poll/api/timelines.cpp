#include "nodes/poll/api/timelines.hpp"

#include <algorithm>

#include "core/config/interpolate.hpp"
#include "core/config/tree.hpp"

namespace headrace {

namespace api {

namespace {

constexpr std::size_t most_timelines = 10'000;

std::string choices() { return "give one of " + join(shipped_names()) + ", or a file"; }

std::shared_ptr<const Description> description_of(const ValueView& view) {
  const std::string name(view.string());
  const bool is_file = name.find('/') != std::string::npos || name.ends_with(".yaml") || name.ends_with(".yml");
  if (!is_file && !is_shipped(name)) {
    const std::string near = did_you_mean(name, shipped_names());
    view.fail("is no API that is known: '" + name + "' (" + (near.empty() ? "" : near + " ") + choices() + ")");
  }
  try {
    return std::make_shared<const Description>(load_description(is_file ? Codec<Path>::read(view).text : name));
  } catch (const BadSyntax& bad) {
    view.fail(std::string("has mistakes:\n") + bad.what());
  }
}

bool has_control_character(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

// Recursive: a parsed tree is at most 200 deep.
void hide_scalars(const ConfigTree& tree) {
  if (tree.is_scalar()) hide(tree.at);
  for (const ConfigTree& item : tree.items) hide_scalars(item);
  for (const auto& member : tree.members) hide_scalars(member.value);
}

// Lines that are shown for what is wrong in them may hold tokens. All that is not known to be harmless counts as one: the value of
// a parameter that no API has, and without an API that is known all values.
void hide_secrets(const ValueView& spec, const Description* api) {
  if (spec.shape() != Shape::object || !spec.config()) return;
  for (const auto& member : spec.config()->members) {
    if (member.name == "api") continue;
    const auto parameter = api ? api->parameters.find(member.name) : decltype(api->parameters.end()){};
    if (!api || parameter == api->parameters.end() || parameter->second.secret) hide_scalars(member.value);
  }
}

// Reads one map, which may mean several timelines.
class SpecReader {
 public:
  explicit SpecReader(const ValueView& view) : view_(view) {}

  std::vector<TimelineSpec> read() {
    if (view_.shape() != Shape::object) view_.fail("must be a map such as {api: mastodon, instance: mastodon.social}");
    const auto api = view_.member("api");
    if (!api) view_.fail("lacks 'api': " + choices());
    api_ = description_of(*api);
    hide_secrets(view_, api_.get());
    std::map<std::string, std::string> defaults;
    for (const auto& [name, parameter] : api_->parameters)
      if (parameter.value) defaults.emplace(name, *parameter.value);
    specs_.push_back({api_, std::move(defaults)});
    for (const auto& [name, value] : view_.members())
      if (name != "api") add(std::string(name), value);
    for (const TimelineSpec& spec : specs_) check_url(spec);
    return std::move(specs_);
  }

 private:
  void add(const std::string& name, const ValueView& value) {
    const auto parameter = api_->parameters.find(name);
    if (parameter == api_->parameters.end()) refuse(name, value);
    const std::vector<ValueView> values = value.shape() == Shape::list ? value.elements() : std::vector{value};
    std::vector<TimelineSpec> product;
    for (const TimelineSpec& spec : specs_)
      for (const ValueView& each : values) {
        const std::string text(each.string());
        if (text.empty()) continue;  // an unset variable of the environment
        if (has_control_character(text)) each.fail("holds a control character, such as a line's end");
        const bool is_server = parameter->second.origin || parameter->second.base;
        if (is_server && !origin_of(text)) each.fail("names no server: write social.example or https://social.example");
        product.push_back(spec);
        product.back().values[name] = text;
        if (product.size() > most_timelines) value.fail("makes more than " + std::to_string(most_timelines) + " timelines");
      }
    if (!product.empty()) specs_ = std::move(product);
  }

  [[noreturn]] void refuse(const std::string& name, const ValueView& value) const {
    std::vector<std::string> names;
    for (const auto& each : api_->parameters) names.push_back(each.first);
    const std::string near = did_you_mean(name, names);
    value.fail("is no parameter of " + api_->api + ": '" + name + "' (" + (near.empty() ? "" : near + " ") + "it has: " + join(names) +
               ")");
  }

  void check_url(const TimelineSpec& spec) const {
    const auto fits = [&](const TextTemplate& url) { return expand_url(url, spec, Secrets::written).has_value(); };
    if (std::any_of(api_->url.items.begin(), api_->url.items.end(), fits)) return;
    std::vector<std::string> missing;
    for (const std::string& name : api_->url.items.back().names())
      if (!spec.values.contains(name)) missing.push_back("'" + name + "'");
    view_.fail("lacks " + join(missing) + ": " + api_->api + " cannot be asked without");
  }

  ValueView view_;
  std::shared_ptr<const Description> api_;
  std::vector<TimelineSpec> specs_;
};

void hide_secrets_unread(const ValueView& spec) {
  std::shared_ptr<const Description> api;
  try {
    if (const auto name = spec.member("api")) api = description_of(*name);
  } catch (const BadValue&) {}  // said already, or not to be said any more
  hide_secrets(spec, api.get());
}

Timelines read_list(const ValueView& view) {
  Timelines out;
  std::size_t index = 0;
  const std::vector<ValueView> elements = view.elements();
  for (const ValueView& element : elements) {
    try {
      for (TimelineSpec& spec : SpecReader(element).read()) out.specs.push_back(std::move(spec));
      if (out.specs.size() > most_timelines) element.fail("makes more than " + std::to_string(most_timelines) + " timelines");
    } catch (BadValue& bad) {
      bad.inside("[" + std::to_string(index) + "]");
      for (; index < elements.size(); ++index) hide_secrets_unread(elements[index]);
      throw;
    }
    ++index;
  }
  if (out.specs.empty()) view.fail("names no timeline");
  return out;
}

std::string at_place(const Place& at) {
  return at.source ? at.source->name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " : "";
}

// A file of timelines; variables of the environment are put in, as in a pipeline.
Timelines read_file(const ValueView& view) {
  ParsedConfig parsed = load_config(Codec<Path>::read(view).text);
  DiagnosticList list;
  list.add(parsed.diagnostics);
  Params params(list);
  params.close();
  params.interpolate(parsed.root);
  if (list.has_errors()) {
    const Diagnostic first = list.take().front();
    view.fail("cannot be read:\n" + at_place(first.at) + first.message);
  }
  try {
    return read_list(parsed.root.view());
  } catch (const BadValue& bad) {
    view.fail("has mistakes:\n" + at_place(bad.at ? bad.at->at : parsed.root.at) + bad.path + " " + bad.message);
  }
}

}  // namespace

std::optional<std::string> expand_url(const TextTemplate& url, const TimelineSpec& spec, Secrets secrets, const std::string& id) {
  return url.expand([&](const std::string& name) -> std::optional<std::string> {
    if (name == "id") return percent_encode(id);
    const auto value = spec.values.find(name);
    if (value == spec.values.end()) return std::nullopt;
    const Parameter& parameter = spec.api->parameters.at(name);
    if (parameter.secret && secrets == Secrets::hidden) return "***";
    if (parameter.base) return base_of(value->second);
    return parameter.origin ? origin_of(value->second) : percent_encode(value->second);
  });
}

std::optional<std::string> expand_header(const TextTemplate& header, const TimelineSpec& spec) {
  return header.expand([&](const std::string& name) {
    const auto value = spec.values.find(name);
    return value == spec.values.end() ? std::nullopt : std::optional(value->second);
  });
}

}  // namespace api

void Codec<api::Timelines>::write(JsonWriter& writer, const api::Timelines& value) {
  writer.begin_list();
  for (const api::TimelineSpec& spec : value.specs) writer.string(spec.api->api);
  writer.end_list();
}

api::Timelines Codec<api::Timelines>::read(const ValueView& view) {
  if (view.shape() == Shape::list) return api::read_list(view);
  if (view.shape() != Shape::object) return api::read_file(view);
  try {
    return {api::SpecReader(view).read()};
  } catch (const BadValue&) {
    api::hide_secrets_unread(view);
    throw;
  }
}

}  // namespace headrace
