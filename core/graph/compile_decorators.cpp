// What may be written beside the fields of any node: in, after, on_error, fallback, cache, breaker, retry, timeout, max,
// ordered, by; for sinks flush.
// A field of the node with the same name is the node's own.
#include "core/graph/compile_draft.hpp"
#include "core/node.hpp"

namespace headrace::compile {

namespace {

struct RetryFields {
  int times = 3;
  Duration backoff = std::chrono::seconds(1);
  static constexpr auto fields() {
    return std::tuple(field("times", &RetryFields::times, "Further tries after the first.", in_range(0, 1000)),
                      field("backoff", &RetryFields::backoff, "Wait before the second try; doubled each time."));
  }
};

struct BreakerFields {
  BreakerRule defaults;
  int failures = defaults.failures;
  Duration cool_down = defaults.cool_down;
  static constexpr auto fields() {
    return std::tuple(field("failures", &BreakerFields::failures, "Outages in a row after which no call is made.", in_range(1, 1e6)),
                      field("cool_down", &BreakerFields::cool_down, "How long no call is made; then one tries."));
  }
};

struct CacheFields {
  Duration ttl{};
  static constexpr auto fields() { return std::tuple(field("ttl", &CacheFields::ttl, "How long an answer is kept.", required())); }
};

struct ByFields {
  std::string key;
  int shards = 0;
  static constexpr auto fields() {
    return std::tuple(
        field("key", &ByFields::key, "A key, or a field of one: records with the same value go to the same shard.", required()),
        field("shards", &ByFields::shards, "Instances of the node, each with a state of its own.", required(), in_range(1, 4096)));
  }
};

struct FlushFields {
  std::int64_t records = 1;
  Duration every{};
  static constexpr auto fields() {
    return std::tuple(field("records", &FlushFields::records, "Flush when so many records wait for it.", in_range(1, 1e9)),
                      field("every", &FlushFields::every, "Flush when the first of them has waited so long."));
  }
};

struct DecoratorFields {
  std::string on_error = "fail";
  Duration timeout{};
  int max = 0;
  bool ordered = false;
  static constexpr auto fields() {
    return std::tuple(field("on_error", &DecoratorFields::on_error, "What a failure does to the record.", one_of("fail", "drop", "absent")),
                      field("timeout", &DecoratorFields::timeout, "For each try."),
                      field("max", &DecoratorFields::max, "Calls at the same time.", in_range(1, 1e6)),
                      field("ordered", &DecoratorFields::ordered, "Takes records in order of admission."));
  }
};

template <class T> std::vector<FieldSpec> specs_of() {
  std::vector<FieldSpec> out;
  for_each_field<T>([&](const auto& each) { out.push_back(detail::field_spec(each, T{})); });
  return out;
}

// Reads `value` when it fits its description; reports and keeps the defaults otherwise.
template <class T> T read_described(const ConfigTree& value, const std::string& owner, DiagnosticList& diagnostics) {
  static const std::vector<FieldSpec> specs = specs_of<T>();
  if (find_unset(value)) return T{};
  if (!value.is_map()) {
    std::vector<std::string> names;
    for (const auto& spec : specs) names.push_back(spec.name);
    return diagnostics.error(codes::wrong_shape, "'" + owner + "' must be a map", value.at, "members: " + join(names)), T{};
  }
  DiagnosticList found;
  check_fields(value, specs, owner, value.at, {}, found);
  const bool bad = found.has_errors();
  diagnostics.add(found.take());
  return bad ? T{} : read_value<T>(value.view());
}

bool has_field(const NodeSpec& spec, std::string_view name) {
  return std::any_of(spec.fields.begin(), spec.fields.end(), [&](const FieldSpec& field) { return field.name == name; });
}

OnError on_error_of(const std::string& word) {
  if (word == "drop") return OnError::drop;
  return word == "absent" ? OnError::absent : OnError::fail;
}

// A map of one member: what the short form of a decorator stands for.
ConfigTree spelt_out(const ConfigTree& value, std::string name) {
  ConfigTree out;
  out.kind = ConfigTree::Kind::map;
  out.at = value.at;
  out.members.push_back({std::move(name), value.at, value});
  return out;
}

BreakerRule read_breaker(const ConfigTree& value, DiagnosticList& diagnostics) {
  const auto fields = read_described<BreakerFields>(value.is_scalar() ? spelt_out(value, "failures") : value, "breaker", diagnostics);
  return {fields.failures, fields.cool_down};
}

// Why an answer of a node must not be given again; empty when it may.
std::string uncacheable(const NodeSpec& spec) {
  if (spec.kind == Kind::stateful || spec.takes_state) return "it is stateful, and a call that is not made would be missing in its state";
  if (spec.expands) return "it expands, and only single values are kept";
  if (spec.takes_mark) return "it leaves marks, and an answer from the cache would leave none";
  if (spec.takes_now) return "its answer depends on the time";
  if (spec.takes_random) return "its answer depends on chance";
  return {};
}

// Decorators that stand around the tries of a key; sinks and sources have no tries.
bool is_around(std::string_view name) { return name == "fallback" || name == "cache" || name == "breaker"; }

}  // namespace

std::string decorator_refusal(std::string_view name, const NodeSpec& spec) {
  if (is_around(name) && spec.kind == Kind::source) return "it is a source, and nobody calls it";
  if (is_around(name) && spec.kind == Kind::sink) return "it is a sink: it is tried three times more, and then the run ends";
  if (name == "fallback" && spec.expands) return "it expands, and one answer does not stand for all its children";
  if (name == "cache") return uncacheable(spec);
  if (name == "timeout" && spec.kind != Kind::async && !spec.takes_deadline)
    return "it computes without looking at a Deadline, and no thread is ever interrupted";
  if (name == "max" && spec.kind == Kind::stateful) return "it is stateful: one call at a time";
  if (name == "by" && spec.kind != Kind::stateful) return "it is not stateful: it has no state to divide, and runs in parallel already";
  if (name == "ordered" && spec.kind != Kind::stateful && spec.kind != Kind::sink)
    return "it keeps no state, so the order of its calls changes nothing";
  return {};
}

std::vector<std::string> decorator_names(Role role) {
  if (role == Role::key) return {"in", "after", "on_error", "fallback", "cache", "breaker", "retry", "timeout", "max", "ordered", "by"};
  if (role == Role::sink) return {"in", "ordered", "flush", "fallback", "cache", "breaker"};
  if (role == Role::source) return {"fallback", "cache", "breaker"};
  if (role == Role::fallback) return {"in"};
  return {};
}

void read_decorators(Draft& draft, Item& item, const ConfigTree& entry) {
  if (!item.spec || !entry.is_map()) return;
  ConfigTree simple;
  simple.kind = ConfigTree::Kind::map;
  simple.at = entry.at;
  for (const std::string& name : decorator_names(item.role)) {
    const auto* member = entry.find(name);
    if (!member || has_field(*item.spec, name)) continue;
    if (const std::string why = decorator_refusal(name, *item.spec); !why.empty()) {
      draft.diagnostics.error(codes::decorator_refused, "'" + item.spec->name + "' cannot have '" + name + "': " + why, member->at);
    } else if (name == "fallback") {
      item.covered_by = *member;
    } else if (name == "cache") {
      const ConfigTree& cache = member->value;
      item.decorators.cache =
          read_described<CacheFields>(cache.is_scalar() ? spelt_out(cache, "ttl") : cache, "cache", draft.diagnostics).ttl;
    } else if (name == "breaker") {
      item.decorators.breaker = read_breaker(member->value, draft.diagnostics);
    } else if (name == "retry") {
      const auto retry = read_described<RetryFields>(member->value, "retry", draft.diagnostics);
      item.decorators.tries = retry.times + 1;
      item.decorators.backoff = retry.backoff;
    } else if (name == "by") {
      const auto by = read_described<ByFields>(member->value, "by", draft.diagnostics);
      if (by.shards == 0) continue;  // reported
      item.decorators.shards = by.shards;
      item.by = *member->value.member("key");
    } else if (name == "flush") {
      const auto flush = read_described<FlushFields>(member->value, "flush", draft.diagnostics);
      item.flushing.flush_records = static_cast<std::size_t>(flush.records);
      item.flushing.flush_every = flush.every;
    } else if (name != "in" && name != "after") {
      simple.members.push_back(*member);
    }
  }
  const auto fields = read_described<DecoratorFields>(simple, item.spec->name, draft.diagnostics);
  item.decorators.on_error = on_error_of(fields.on_error);
  if (simple.find("timeout") && fields.timeout > Duration::zero()) item.decorators.timeout = fields.timeout;
  item.decorators.max = fields.max;
  item.decorators.ordered = item.flushing.ordered = fields.ordered;
}

}  // namespace headrace::compile
