// Fingerprints of what a plan says. The same words in another order give the same version; places do not count.
#include <xxhash.h>

#include <algorithm>
#include <cstdio>

#include "core/graph/compile_draft.hpp"

namespace headrace::compile {

namespace {

std::string fingerprint(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  char out[33];
  std::snprintf(out, sizeof out, "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return {out, 32};
}

// Lengths before texts, so that no two trees write the same.
void write_text(std::string& out, std::string_view text) { (out += std::to_string(text.size()) += ':') += text; }

void write_tree(std::string& out, const ConfigTree& tree) {
  switch (tree.kind) {
    case ConfigTree::Kind::null: out += '~'; return;
    case ConfigTree::Kind::scalar: return write_text(out, tree.text);
    case ConfigTree::Kind::list:
      out += '[';
      for (const auto& item : tree.items) write_tree(out, item);
      out += ']';
      return;
    case ConfigTree::Kind::map: break;
  }
  std::vector<const ConfigTree::Member*> members;
  for (const auto& member : tree.members) members.push_back(&member);
  std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  out += '{';
  for (const auto* member : members) {
    write_text(out, member->name);
    write_tree(out, member->value);
  }
  out += '}';
}

class Versions {
 public:
  explicit Versions(Plan& plan) : plan_(plan) {}

  void run() {
    std::string all;
    for (Build& resource : plan_.resources) resources_.push_back(add(all, resource, {}));
    for (const int input : plan_.inputs) plan_.key_versions[slot(input).key] = fingerprint("input " + slot(input).key);
    for (SourceStep& source : plan_.sources) add(all, source, {});
    for (Step& step : plan_.steps) add(all, step, bindings(step.ports) + after(step) + fallback(step));
    for (SinkStep& sink : plan_.sinks) add(all, sink, bindings(sink.ports));
    write_settings(all);
    plan_.version = fingerprint(all);
  }

 private:
  const Slot& slot(int index) const { return plan_.slots[static_cast<std::size_t>(index)]; }

  std::string add(std::string& all, Build& build, const std::string& above) {
    (void)all;
    std::string text;
    write_text(text, build.spec->name);
    if (build.spec->version != 1) text += "version " + std::to_string(build.spec->version);
    write_tree(text, build.config);
    for (const auto& [field, resource] : build.resources) {
      write_text(text, field);
      text += resources_[static_cast<std::size_t>(resource)];
    }
    build.fingerprint = fingerprint(text);
    return plan_.key_versions[build.key] = fingerprint(text + above);
  }

  std::string bindings(const std::vector<BoundPort>& ports) const {
    std::string out;
    for (const BoundPort& port : ports) {
      write_text(out, port.port.name);
      for (const Binding& from : port.from) {
        write_text(out, from.text);
        out += plan_.key_versions.at(slot(from.slot).key);
      }
    }
    return out;
  }

  std::string after(const Step& step) const {
    std::vector<std::string> above;
    for (const int each : step.after) above.push_back(plan_.key_versions.at(slot(each).key));
    std::sort(above.begin(), above.end());
    return join(above, " ");
  }

  static std::string fallback(const Step& step) {
    std::string out;
    if (!step.fallback) return out;
    write_text(out, step.fallback->spec->name);
    write_tree(out, step.fallback->config);
    return out;
  }

  void write_settings(std::string& out) const {
    for (const auto& [key, version] : plan_.key_versions) {
      write_text(out, key);
      out += version;
    }
    std::map<std::string, std::string> decorators;
    for (const Step& step : plan_.steps) {
      const Decorators& d = step.decorators;
      decorators[step.key] = std::to_string(static_cast<int>(d.on_error)) + " " + std::to_string(d.tries) + " " +
                             std::to_string(d.backoff.count()) + " " + std::to_string(d.timeout.count()) + " " + std::to_string(d.max) +
                             " " + std::to_string(d.ordered);
      if (d.shards) decorators[step.key] += " shards " + std::to_string(d.shards);
      if (d.cache) decorators[step.key] += " cache " + std::to_string(d.cache->count());
      if (d.breaker)
        decorators[step.key] += " breaker " + std::to_string(d.breaker->failures) + " " + std::to_string(d.breaker->cool_down.count());
    }
    for (const auto& [key, words] : decorators) write_text(out, words);
    const Limits& l = plan_.limits;
    for (const std::uint64_t each : {std::uint64_t{l.in_flight}, std::uint64_t{l.parked}, std::uint64_t{l.window}, l.memory})
      out += std::to_string(each) + " ";
    write_text(out, plan_.identity.text);
    write_text(out, plan_.dead_letters);
  }

  Plan& plan_;
  std::vector<std::string> resources_;
};

}  // namespace

void put_versions(Plan& plan) { Versions(plan).run(); }

}  // namespace headrace::compile
