#include "core/config/interpolate.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/graph/diagnostic_codes.hpp"

namespace headrace {

namespace {

bool is_name(std::string_view text) {
  const auto ok = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), ok);
}

// Where `token` stands inside a scalar: known as long as the scalar is written on one line.
Place place_of(const ConfigTree& scalar, std::string_view token) {
  Place at = scalar.at;
  if (!at.source || at.line == 0) return at;
  std::string_view text = at.source->text;
  for (unsigned line = 1; line < at.line; ++line) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return at;
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  const auto found = text.find(token, at.column - 1);
  if (found == std::string_view::npos) return at;
  at.column = static_cast<unsigned>(found + 1);
  at.length = static_cast<unsigned>(token.size());
  return at;
}

// A mistake is reported: what uses the scalar need not complain again.
void give_up(ConfigTree& scalar) { scalar.tag = unset_tag; }

struct Extent {
  std::size_t values = 0, text = 0, depth = 0;
};

// Recursive: what it measures is parsed, or was within the limits when it was put together.
Extent extent_of(const ConfigTree& tree) {
  Extent all{1, tree.text.size(), 0};
  const auto add = [&](const ConfigTree& below) {
    const Extent each = extent_of(below);
    all = {all.values + each.values, all.text + each.text, std::max(all.depth, each.depth + 1)};
  };
  for (const auto& item : tree.items) add(item);
  for (const auto& member : tree.members) add(member.value);
  return all;
}

bool is_empty(const ConfigTree& value) { return value.kind == ConfigTree::Kind::null || (value.is_scalar() && value.text.empty()); }

}  // namespace

bool is_unset(const ConfigTree& tree) { return tree.tag.starts_with(unset_tag); }

// Recursive: a parsed tree is at most 200 deep.
const ConfigTree* find_unset(const ConfigTree& tree) {
  if (is_unset(tree)) return &tree;
  for (const auto& item : tree.items)
    if (const auto* found = find_unset(item)) return found;
  for (const auto& member : tree.members)
    if (const auto* found = find_unset(member.value)) return found;
  return nullptr;
}

void Params::declare(const ConfigTree& section) {
  if (section.kind == ConfigTree::Kind::null) return;
  if (!section.is_map()) return diagnostics_->error(codes::wrong_shape, "'params' must be a map of names and defaults", section.at);
  for (const auto& member : section.members) {
    if (!is_name(member.name) || member.name == "env") {
      diagnostics_->error(codes::bad_name, "'" + member.name + "' cannot be the name of a parameter", member.at,
                          "use letters, digits, '_' and '-'; 'env' is taken");
      continue;
    }
    Param param{member.name, member.at, member.value, false, member.value.tag == "!required", false};
    if (param.required) {  // its text is the documentation
      param.value.text = "${" + param.name + "}";
      param.value.kind = ConfigTree::Kind::scalar;
      param.value.tag = std::string(unset_tag) + param.name;
    }
    index_.emplace(param.name, params_.size());
    params_.push_back(std::move(param));
  }
}

Params::Param* Params::find(std::string_view name) {
  const auto found = index_.find(std::string(name));
  return found == index_.end() || found->second >= visible_ ? nullptr : &params_[found->second];
}

std::vector<std::string> Params::names() const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < visible_; ++i) out.push_back(params_[i].name);
  return out;
}

void Params::set(const std::string& name, const ConfigTree& value, const std::string& owner, const Place& at) {
  visible_ = params_.size();
  Param* param = find(name);
  if (!param) {
    std::string hint = did_you_mean(name, names());
    hint += params_.empty() ? "it declares none" : (hint.empty() ? "" : " ") + std::string("(parameters: ") + join(names()) + ")";
    return diagnostics_->error(codes::unknown_parameter, owner + " has no parameter '" + name + "'", at, std::move(hint));
  }
  param->value = value;
  param->given = true;
}

void Params::close() {
  for (visible_ = 0; visible_ < params_.size(); ++visible_)
    if (!params_[visible_].given) interpolate(params_[visible_].value);
}

void Params::warn_unused() const {
  for (const Param& param : params_)
    if (!param.used)
      diagnostics_->warning(codes::unused_parameter, "parameter '" + param.name + "' is never used", param.at,
                            "write ${" + param.name + "} where it belongs, or remove it");
}

void Params::interpolate(ConfigTree& tree) { interpolate(tree, 0); }

void Params::interpolate(ConfigTree& tree, std::size_t depth) {
  if (tree.is_scalar() && !is_unset(tree) && tree.text.find("${") != std::string::npos) return interpolate_scalar(tree, depth);
  for (auto& item : tree.items) interpolate(item, depth + 1);
  for (auto& member : tree.members) interpolate(member.value, depth + 1);
}

bool Params::within_limits(const ConfigTree& scalar, const ConfigTree& value, std::size_t depth) {
  if (exhausted_) return false;
  const Extent more = extent_of(value);
  values_ += more.values;
  text_ += more.text;
  exhausted_ = depth + more.depth > max_depth || values_ > most_values || text_ > most_text;
  if (exhausted_)
    diagnostics_->error(codes::too_large, "parameters that use each other make too much of this", scalar.at,
                        "a value that is used many times counts each time");
  return !exhausted_;
}

// Looking for the place costs a walk over the file, so only the first hundred mistakes get it.
Place Params::exact_place(const ConfigTree& scalar, std::string_view token) const {
  return diagnostics_->worth_a_hint() ? place_of(scalar, token) : scalar.at;
}

Params::Piece Params::look_up(const ConfigTree& scalar, std::string_view expression, ConfigTree& scratch) {
  const auto split = expression.find(":-");
  const std::string_view name = expression.substr(0, split);
  const std::string token = "${" + std::string(expression) + "}";
  const auto otherwise = [&]() -> Piece {
    scratch = config_scalar(std::string(expression.substr(split + 2)), scalar.base);
    return {&scratch, true};
  };
  if (name.starts_with("env.") && is_name(name.substr(4))) {
    const char* text = std::getenv(std::string(name.substr(4)).c_str());
    if (split != std::string_view::npos && (!text || !*text)) return otherwise();
    if (!text) {
      diagnostics_->error(codes::bad_variable, "the environment variable '" + std::string(name.substr(4)) + "' is not set",
                          exact_place(scalar, token), "set it, or give a default: ${" + std::string(name) + ":-...}");
      return {};
    }
    scratch = config_scalar(text);
    scratch.secret = true;
    return {&scratch, false};
  }
  if (!is_name(name)) {
    diagnostics_->error(codes::bad_variable, "'" + token + "' is not a variable", exact_place(scalar, token),
                        "write ${name}, ${name:-default} or ${env.NAME}; $${ is a literal ${");
    return {};
  }
  Param* param = find(name);
  if (!param) {
    std::string hint;
    if (index_.contains(std::string(name))) hint = "a default can use the parameters above it";
    else if (diagnostics_->worth_a_hint()) hint = did_you_mean(name, names());
    else return diagnostics_->error(codes::bad_variable, "there is no parameter '" + std::string(name) + "'", scalar.at), Piece{};
    if (hint.empty())
      hint = visible_ == 0 ? "declare it under 'params', or write ${env." + std::string(name) + "} for an environment variable"
                           : "parameters: " + join(names());
    diagnostics_->error(codes::bad_variable, "there is no parameter '" + std::string(name) + "'", exact_place(scalar, token),
                        std::move(hint));
    return {};
  }
  param->used = true;
  if (split != std::string_view::npos && (is_empty(param->value) || is_unset(param->value))) return otherwise();
  return {&param->value, false};
}

void Params::interpolate_scalar(ConfigTree& tree, std::size_t depth) {
  std::string out, base = tree.base;
  std::string_view rest = tree.text;
  bool secret = false;
  for (;;) {
    const auto start = rest.find("${");
    if (start != std::string_view::npos && start > 0 && rest[start - 1] == '$') {
      out.append(rest.substr(0, start - 1)).append("${");
      rest.remove_prefix(start + 2);
      continue;
    }
    out.append(rest.substr(0, start));
    if (start == std::string_view::npos) break;
    const auto end = rest.find('}', start);
    if (end == std::string_view::npos) {
      diagnostics_->error(codes::bad_variable, "'${' is not closed", exact_place(tree, "${"), "write ${name}; $${ is a literal ${");
      return give_up(tree);
    }
    ConfigTree scratch;
    const Piece piece = look_up(tree, rest.substr(start + 2, end - start - 2), scratch);
    const bool whole = out.empty() && start == 0 && end + 1 == rest.size() && rest.size() == tree.text.size();
    if (!piece.value) return give_up(tree);
    if (is_unset(*piece.value)) {
      tree.tag = piece.value->tag;
      return;
    }
    if (!within_limits(tree, *piece.value, depth)) return give_up(tree);
    if (whole) {
      const Place at = tree.at;
      ConfigTree value = *piece.value;
      if (piece.is_default) value.quoted = false;
      tree = std::move(value);
      tree.at = at;
      return;
    }
    if (!piece.value->is_scalar() && piece.value->kind != ConfigTree::Kind::null) {
      diagnostics_->error(codes::bad_variable, "a list or a map cannot stand inside a text",
                          exact_place(tree, rest.substr(start, end - start + 1)));
      return give_up(tree);
    }
    if (out.empty()) base = piece.value->base;
    out += piece.value->text;
    secret = secret || piece.value->secret;
    rest.remove_prefix(end + 1);
  }
  tree.text = std::move(out);
  tree.base = std::move(base);
  tree.secret = secret;
}

}  // namespace headrace
