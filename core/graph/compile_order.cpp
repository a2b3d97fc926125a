// Which keys are needed, in which order, on which level. Everything here is linear in keys and bindings, and nothing
// recurses: a chain may have 100,000 keys.
#include <queue>

#include "core/graph/compile_draft.hpp"

namespace headrace::compile {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

void collect_reads(Draft& draft) {
  std::vector<int> seen(draft.items.size(), -1);
  for (std::size_t i = 0; i < draft.items.size(); ++i) {
    Item& item = draft.items[i];
    const auto add = [&](int target) {
      if (target >= 0 && std::exchange(seen[at(target)], static_cast<int>(i)) != static_cast<int>(i)) item.reads.push_back(target);
    };
    for (const DraftPort& port : item.ports)
      for (const Reference& from : port.from) add(from.item);
    if (item.fallback >= 0)
      for (const DraftPort& port : draft.items[item.fallback].ports)
        for (const Reference& from : port.from) add(from.item);
    if (item.shard)
      for (const Reference& from : item.shard->from) add(from.item);
    for (const int after : item.after) add(after);
  }
}

// Without sources their values are given from outside; those that fill the inputs have none.
void take_sources_out(Draft& draft) {
  for (Item& item : draft.items) {
    if (item.role != Role::source) continue;
    if (item.fills()) item.kept = false;
    else item.role = Role::input;
  }
}

// Keeps what the seeds need.
void keep_needed(Draft& draft, std::vector<int> seeds) {
  for (Item& item : draft.items) item.kept = item.role == Role::input;
  while (!seeds.empty()) {
    Item& item = draft.items[seeds.back()];
    seeds.pop_back();
    if (std::exchange(item.kept, true) && item.role != Role::input) continue;
    for (const int read : item.reads)
      if (!draft.items[read].kept) seeds.push_back(read);
    for (const auto& [field, resource] : item.resources)
      if (!draft.items[resource].kept) seeds.push_back(resource);
    if (item.fallback >= 0) seeds.push_back(item.fallback);
  }
}

// The keys that a wanted name stands for: itself, or all keys of a subgraph.
std::vector<int> wanted_items(Draft& draft, const std::string& name, const std::unordered_map<std::string, int>& index) {
  std::string key = name;
  for (;;) {  // a field of a key is wanted with its key
    if (const auto found = index.find(key); found != index.end()) return {found->second};
    const auto dot = key.rfind('.');
    if (dot == std::string::npos) break;
    key.resize(dot);
  }
  std::vector<int> out;
  for (std::size_t i = 0; i < draft.items.size(); ++i)
    if (draft.items[i].role == Role::key && draft.items[i].key.starts_with(name + ".")) out.push_back(static_cast<int>(i));
  return out;
}

void keep_wanted(Draft& draft) {
  std::unordered_map<std::string, int> index;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < draft.items.size(); ++i) {
    const Item& item = draft.items[i];
    if (item.role == Role::sink || item.role == Role::resource || item.role == Role::fallback || item.fills()) continue;
    index.emplace(item.key, static_cast<int>(i));
    keys.push_back(item.key);
  }
  for (const std::string& name : *draft.options->want) {
    const auto items = wanted_items(draft, name, index);
    if (items.empty()) {
      std::string hint = did_you_mean(name, keys);
      draft.diagnostics.error(codes::unknown_want, "there is no key '" + name.substr(0, 80) + "'", draft.scopes[0].at,
                              hint.empty() ? "keys: " + join(keys).substr(0, 300) : hint);
    }
    draft.wanted.insert(draft.wanted.end(), items.begin(), items.end());
  }
  take_sources_out(draft);
  std::vector<int> seeds = draft.wanted;
  keep_needed(draft, seeds);
  if (draft.identity.item >= 0 && !draft.items[draft.identity.item].kept) draft.identity = {};
}

// Without sinks the leaves are what the pipeline is for; with sinks a leaf is probably a mistake.
void judge_leaves(Draft& draft) {
  std::vector<char> read(draft.items.size(), false);
  bool sinks = false;
  for (const Item& item : draft.items) {
    sinks = sinks || item.role == Role::sink;
    for (const int each : item.reads) read[at(each)] = true;
  }
  if (draft.identity.item >= 0) read[at(draft.identity.item)] = true;
  for (std::size_t i = 0; i < draft.items.size(); ++i) {
    const Item& item = draft.items[i];
    if (read[i] || item.role != Role::key || !item.spec) continue;
    if (!sinks) draft.wanted.push_back(static_cast<int>(i));
    else if (item.scope == 0 && !draft.options->want)
      draft.diagnostics.warning(codes::unused_key, "'" + item.key + "' is computed and read by no sink and no other key", item.at,
                                "bind it, or remove it");
  }
}

void report_unset(Draft& draft) {
  if (draft.options->check_only) return;
  std::vector<std::string> reported;
  const auto report = [&](const ConfigTree* unset) {
    if (!unset || unset->tag.size() <= unset_tag.size()) return;
    const std::string name = unset->tag.substr(unset_tag.size());
    if (std::find(reported.begin(), reported.end(), name) != reported.end()) return;
    reported.push_back(name);
    draft.diagnostics.error(codes::unset_parameter, "parameter '" + name + "' has no value", unset->at,
                            "give it one: --set " + name + "=...");
  };
  for (const Item& item : draft.items) {
    if (!item.kept || item.role == Role::input || !item.entry) continue;
    report(find_unset(*item.entry));
  }
  for (const Scope& scope : draft.scopes)
    if (scope.entry)
      if (const ConfigTree* graph = scope.entry->member("graph")) report(find_unset(*graph));
  if (draft.options->want || draft.trees.empty()) return;
  for (const char* section : {"limits", "dead_letters", "identity"})
    if (const ConfigTree* tree = draft.trees.front().member(section)) report(find_unset(*tree));
}

// ---- order -------------------------------------------------------------------------------------------------------------

class Ordering {
 public:
  explicit Ordering(Draft& draft) : draft_(draft) {}

  // The kept keys, each after what it reads and waits for, otherwise as the files have them. What is missing lies on a cycle,
  // or behind one.
  std::vector<int> sorted() {
    std::vector<std::vector<int>> readers(draft_.items.size());
    left_.assign(draft_.items.size(), 0);
    std::priority_queue<int, std::vector<int>, std::greater<>> ready;
    for (int i = 0; i < static_cast<int>(draft_.items.size()); ++i) {
      if (!is_step(i)) continue;
      for (const auto* list : {&draft_.items[i].reads, &draft_.items[i].waits}) {
        for (const int needed : *list) {
          if (!is_step(needed)) continue;
          readers[at(needed)].push_back(i);
          ++left_[at(i)];
        }
      }
      if (left_[at(i)] == 0) ready.push(i);
    }
    std::vector<int> order;
    while (!ready.empty()) {
      const int next = ready.top();
      ready.pop();
      order.push_back(next);
      for (const int reader : readers[at(next)])
        if (--left_[at(reader)] == 0) ready.push(reader);
    }
    return order;
  }

  bool report_cycles() {
    bool any = false;
    std::vector<int> walk_of(draft_.items.size(), -1);
    for (int start = 0; start < static_cast<int>(draft_.items.size()); ++start) {
      if (!is_step(start) || left_[at(start)] == 0) continue;
      any = true;
      std::vector<int> walk;
      int here = start;
      while (here >= 0 && walk_of[at(here)] < 0) {
        walk_of[at(here)] = start;
        walk.push_back(here);
        here = unresolved_need(here);
      }
      if (here >= 0 && walk_of[at(here)] == start) report_cycle(walk, here);
    }
    return any;
  }

 private:
  bool is_step(int item) const { return draft_.items[item].role == Role::key && draft_.items[item].kept; }
  int unresolved_need(int item) const {
    for (const int needed : draft_.items[item].reads)
      if (is_step(needed) && left_[at(needed)] > 0) return needed;
    return -1;
  }
  void report_cycle(const std::vector<int>& walk, int first) {
    std::vector<int> cycle(std::find(walk.begin(), walk.end(), first), walk.end());
    std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
    std::vector<std::string> keys;
    for (const int item : cycle) keys.push_back("'" + draft_.items[item].key + "'");
    keys.push_back(keys.front());
    const bool alone = cycle.size() == 1;
    draft_.diagnostics.error(codes::cycle, alone ? keys[0] + " needs itself" : "keys need each other in a circle: " + join(keys, " needs "),
                             draft_.items[cycle.front()].at, "bind one of them to something else under 'in'");
  }

  Draft& draft_;
  std::vector<std::size_t> left_;  // needs that are not resolved yet
};

// ---- levels ------------------------------------------------------------------------------------------------------------

// The tree of levels, with ancestors in logarithmic time: each level also points some way up (Myers, "An applicative
// random-access stack", 1983).
class Lineage {
 public:
  int add(int parent) {
    const int jump = parent;
    Entry entry{parent, depth(parent) + 1, jump};
    const Entry& up = levels_[at(parent)];
    if (up.depth - levels_[at(up.jump)].depth == levels_[at(up.jump)].depth - levels_[at(levels_[at(up.jump)].jump)].depth)
      entry.jump = levels_[at(up.jump)].jump;
    levels_.push_back(entry);
    return static_cast<int>(levels_.size()) - 1;
  }
  int depth(int level) const { return levels_[at(level)].depth; }
  int ancestor(int level, int wanted_depth) const {
    while (depth(level) > wanted_depth) {
      const Entry& here = levels_[at(level)];
      level = depth(here.jump) >= wanted_depth ? here.jump : here.parent;
    }
    return level;
  }
  bool contains(int outer, int inner) const { return depth(outer) <= depth(inner) && ancestor(inner, depth(outer)) == outer; }

 private:
  struct Entry {
    int parent = 0, depth = 0, jump = 0;
  };
  std::vector<Entry> levels_{Entry{}};
};

class Levels {
 public:
  explicit Levels(Draft& draft) : draft_(draft) {}

  void assign() {
    for (const int item : draft_.order) {
      place(item);
      if (!draft_.items[item].expands()) continue;
      draft_.items[item].child_level = lineage_.add(draft_.items[item].level);
      draft_.levels.push_back({draft_.items[item].level, item});
    }
    for (int i = 0; i < static_cast<int>(draft_.items.size()); ++i)
      if (draft_.items[i].role == Role::sink && draft_.items[i].kept) place(i);
    if (draft_.identity.item >= 0) wait_for_identity();
    chain_expansions();
  }

 private:
  // An item belongs to the deepest level that it reads from.
  void place(int index) {
    Item& item = draft_.items[index];
    int deepest = -1, from = -1;
    for (const int read : item.reads) {
      const int level = draft_.items[read].value_level();
      if (deepest < 0 || lineage_.depth(level) > lineage_.depth(deepest)) deepest = level, from = read;
    }
    item.level = std::max(deepest, 0);
    for (const int read : item.reads) {
      const int level = draft_.items[read].value_level();
      if (!lineage_.contains(level, item.level)) return report_crossing(item, draft_.items[from], draft_.items[read]);
      if (level != item.level) complete_before(read, level, item.level);
    }
  }

  // What a level reads from outside must be resolved before its records come to be.
  void complete_before(int read, int level, int inner) {
    if (draft_.items[read].role != Role::key) return;
    const int child = lineage_.ancestor(inner, lineage_.depth(level) + 1);
    Item& expanding = draft_.items[draft_.levels[at(child)].item];
    // The value of an expansion is there when its level is.
    if (draft_.items[read].child_level == level) return;
    add_wait(expanding, read);
  }

  static void add_wait(Item& item, int needed) {
    if (std::find(item.reads.begin(), item.reads.end(), needed) == item.reads.end() && (item.waits.empty() || item.waits.back() != needed))
      item.waits.push_back(needed);
  }

  void report_crossing(const Item& item, const Item& a, const Item& b) {
    draft_.diagnostics.error(codes::crossing,
                             "'" + item.key + "' reads '" + a.key + "' and '" + b.key + "', which belong to different expansions", item.at,
                             "a record has one line of ancestors; expand one of them further down, or split the pipeline");
  }

  // A node that asks for the DocumentId, and the children of an expansion, must not run before it is known.
  void wait_for_identity() {
    const int producer = draft_.identity.item;
    if (draft_.items[producer].role != Role::key || draft_.items[producer].child_level >= 0) return;
    std::vector<char> above(draft_.items.size(), false);
    std::vector<int> todo{producer};
    while (!todo.empty()) {
      const int here = todo.back();
      todo.pop_back();
      if (std::exchange(above[at(here)], true)) continue;
      for (const auto* list : {&draft_.items[here].reads, &draft_.items[here].waits}) todo.insert(todo.end(), list->begin(), list->end());
    }
    const int level = draft_.items[producer].level;
    for (const int index : draft_.order) {
      Item& item = draft_.items[index];
      if (above[at(index)] || item.level != level) continue;
      if (item.spec->takes_document || item.expands()) add_wait(item, producer);
    }
  }

  // The children of a record have one order: those of one expanding key of its level come after those of the one before.
  // Which one is before must not depend on the order of declarations: the one nearer to the source, then the name.
  void chain_expansions() {
    std::vector<int> depth(draft_.items.size(), 0), expanding;
    for (const int index : draft_.order) {
      for (const int read : draft_.items[index].reads) depth[at(index)] = std::max(depth[at(index)], depth[at(read)] + 1);
      if (draft_.items[index].role == Role::key && draft_.items[index].expands()) expanding.push_back(index);
    }
    std::sort(expanding.begin(), expanding.end(),
              [&](int a, int b) { return std::tie(depth[at(a)], draft_.items[a].key) < std::tie(depth[at(b)], draft_.items[b].key); });
    std::vector<int> last(draft_.levels.size(), -1);
    for (const int index : expanding) {
      int& before = last[at(draft_.items[index].level)];
      if (before >= 0) add_wait(draft_.items[index], before);
      before = index;
    }
  }

  Draft& draft_;
  Lineage lineage_;
};

}  // namespace

void prune(Draft& draft) {
  collect_reads(draft);
  if (draft.options->without_sources) take_sources_out(draft);
  judge_leaves(draft);
  if (draft.options->want) {
    draft.wanted.clear();
    keep_wanted(draft);
  }
  report_unset(draft);
}

void put_in_order(Draft& draft) {
  Ordering ordering(draft);
  draft.order = ordering.sorted();
  if (ordering.report_cycles() || draft.diagnostics.has_errors()) return;
  Levels(draft).assign();
  if (draft.diagnostics.has_errors()) return;
  draft.order = Ordering(draft).sorted();
}

}  // namespace headrace::compile
