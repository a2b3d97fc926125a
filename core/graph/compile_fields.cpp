#include "core/graph/compile_draft.hpp"

namespace headrace::compile {

namespace {

std::vector<std::string> names_of(const std::vector<FieldSpec>& fields) {
  std::vector<std::string> out;
  for (const FieldSpec& field : fields) out.push_back(field.name);
  return out;
}

void report_unknown(const ConfigTree::Member& member, const std::vector<FieldSpec>& fields, const std::string& owner,
                    const std::vector<std::string>& allowed, DiagnosticList& diagnostics) {
  std::string hint;
  if (diagnostics.worth_a_hint()) {
    std::vector<std::string> all = names_of(fields);
    const std::string list = all.empty() ? "it has no fields" : "fields: " + join(all);
    all.insert(all.end(), allowed.begin(), allowed.end());
    hint = did_you_mean(member.name, all);
    hint = hint.empty() ? list : hint + " (" + list + ")";
  }
  diagnostics.error(codes::unknown_field, "'" + owner + "' has no field '" + member.name + "'", member.at, std::move(hint));
}

// A place that does not show its line: the line may hold a secret.
Place hidden(const Place& at) {
  if (!at.source) return at;
  return {std::make_shared<SourceText>(SourceText{at.source->name, ""}), at.line, at.column, at.length};
}

bool holds_secret(const ConfigTree& tree) {
  if (tree.secret) return true;
  for (const auto& item : tree.items)
    if (holds_secret(item)) return true;
  for (const auto& member : tree.members)
    if (holds_secret(member.value)) return true;
  return false;
}

void check_field(const ConfigTree::Member& member, const FieldSpec& field, const std::string& owner, DiagnosticList& diagnostics) {
  if (!field.check || find_unset(member.value)) return;
  const ValueView view = member.value.view();
  if (view.is_null()) {
    if (field.required) diagnostics.error(codes::missing_field, "'" + owner + "' needs '" + field.name + "'", member.at, field.doc);
    return;
  }
  try {
    field.check(view);
  } catch (const BadValue& bad) {
    if (field.secret || holds_secret(member.value)) {
      return diagnostics.error(codes::bad_value, "'" + field.name + "' of '" + owner + "' does not fit: it must be a " + field.type_name,
                               hidden(member.value.at), "the value is a secret and not shown");
    }
    std::string name = field.name;
    if (!bad.path.empty()) name += (bad.path.front() == '[' ? "" : ".") + bad.path;
    Place at = bad.at && bad.at->at.line ? bad.at->at : member.value.at;
    if (at.line == 0) at = member.at;
    diagnostics.error(codes::bad_value, "'" + name + "' of '" + owner + "' " + bad.message, at, field.doc);
  } catch (const std::exception& error) {
    diagnostics.error(codes::bad_value, "'" + field.name + "' of '" + owner + "' does not fit: " + error.what(), member.value.at,
                      field.doc);
  }
}

}  // namespace

void check_fields(const ConfigTree& config, const std::vector<FieldSpec>& fields, const std::string& owner, const Place& at,
                  const std::vector<std::string>& allowed, DiagnosticList& diagnostics) {
  for (const auto& member : config.members) {
    const auto is_named = [&](const FieldSpec& field) { return field.name == member.name; };
    const auto field = std::find_if(fields.begin(), fields.end(), is_named);
    if (field != fields.end() && field->secret) hide(member.value.at);
    if (field != fields.end()) check_field(member, *field, owner, diagnostics);
    else if (std::find(allowed.begin(), allowed.end(), member.name) == allowed.end())
      report_unknown(member, fields, owner, allowed, diagnostics);
  }
  for (const FieldSpec& field : fields)
    if (field.required && !config.find(field.name))
      diagnostics.error(codes::missing_field, "'" + owner + "' needs '" + field.name + "'", at, field.doc);
}

}  // namespace headrace::compile
