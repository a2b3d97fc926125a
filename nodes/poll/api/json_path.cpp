#include "nodes/poll/api/json_path.hpp"

#include <algorithm>
#include <charconv>

namespace headrace::api {

namespace {

constexpr std::size_t most_found = 10'000;  // of one path in one answer

bool belongs_to_name(char c) { return static_cast<unsigned char>(c) > ' ' && std::string_view(".[]{}").find(c) == std::string_view::npos; }

std::string quoted(std::string_view text) { return "'" + std::string(text.substr(0, 80)) + "'"; }

}  // namespace

JsonPath::JsonPath(std::string_view text) : text_(text) {
  if (text == "$") return;
  bool first = true;
  for (std::string_view rest = text; !rest.empty() || first; first = false) {
    if (rest.starts_with('[')) {
      const std::size_t end = rest.find(']');
      if (end == std::string_view::npos) throw BadSyntax("the path " + quoted(text) + " has a [ without a ]");
      take_bracket(rest.substr(1, end - 1));
      rest.remove_prefix(end + 1);
    } else {
      if (!first && !rest.starts_with('.')) throw BadSyntax("the path " + quoted(text) + " lacks a . before " + quoted(rest));
      if (rest.starts_with('.') && !first) rest.remove_prefix(1);
      const auto end = static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), belongs_to_name) - rest.begin());
      if (end == 0)
        throw BadSyntax("the path " + quoted(text) + " lacks a name" + (rest.empty() ? " at its end" : " before " + quoted(rest)));
      steps_.push_back({Step::Kind::member, std::string(rest.substr(0, end)), {}, 0});
      rest.remove_prefix(end);
    }
    if (steps_.size() > most_steps) throw BadSyntax("the path " + quoted(text) + " has more than " + std::to_string(most_steps) + " steps");
  }
}

void JsonPath::take_bracket(std::string_view inside) {
  Step step{Step::Kind::all, {}, {}, 0};
  if (const std::size_t equals = inside.find('='); equals != std::string_view::npos && equals > 0) {
    step = {Step::Kind::filter, std::string(inside.substr(0, equals)), std::string(inside.substr(equals + 1)), 0};
  } else if (inside != "*") {
    const auto [end, error] = std::from_chars(inside.data(), inside.data() + inside.size(), step.index);
    if (error != std::errc() || end != inside.data() + inside.size())
      throw BadSyntax("[" + std::string(inside.substr(0, 40)) + "] is not understood: write [*], [0] or [member=value]");
    step.kind = Step::Kind::index;
  }
  steps_.push_back(std::move(step));
}

void JsonPath::follow(const Step& step, const ValueView& from, std::vector<ValueView>& out) {
  const Shape shape = from.shape();
  const auto keep = [&](const ValueView& value) {
    if (!value.is_null() && out.size() < most_found) out.push_back(value);
  };
  const auto fits = [&](const ValueView& value) {
    if (value.shape() != Shape::object) return false;
    const auto member = value.member(step.name);
    return member && scalar_text(*member).value_or("") == step.value;
  };
  if (step.kind == Step::Kind::member) {
    if (shape != Shape::object) return;
    if (const auto member = from.member(step.name)) keep(*member);
  } else if (step.kind == Step::Kind::filter && shape == Shape::object) {
    if (fits(from)) keep(from);
  } else if (shape == Shape::list) {
    const std::vector<ValueView> elements = from.elements();
    if (step.kind == Step::Kind::index) {
      if (step.index < elements.size()) keep(elements[step.index]);
      return;
    }
    for (const ValueView& element : elements)
      if (step.kind == Step::Kind::all || fits(element)) keep(element);
  }
}

std::vector<ValueView> JsonPath::find(const ValueView& from) const {
  std::vector<ValueView> found, next;
  if (!from.is_null()) found.push_back(from);
  for (const Step& step : steps_) {
    next.clear();
    for (const ValueView& value : found) follow(step, value, next);
    found.swap(next);
  }
  return found;
}

std::optional<std::string> scalar_text(const ValueView& value) {
  switch (value.shape()) {
    case Shape::string: {
      const std::string_view text = value.string();
      return text.empty() ? std::nullopt : std::optional<std::string>(text);
    }
    case Shape::boolean: return value.boolean() ? "true" : "false";
    case Shape::integer: return std::to_string(value.integer());
    case Shape::number: {
      JsonWriter writer;
      writer.number(value.number());
      return writer.take();
    }
    default: return std::nullopt;
  }
}

std::vector<Piece> split_braces(std::string_view text) {
  std::vector<Piece> out;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t open = std::min(rest.find_first_of("{}"), rest.size());
    if (open > 0) out.push_back({std::string(rest.substr(0, open)), false});
    rest.remove_prefix(open);
    if (rest.empty()) break;
    const std::size_t close = rest.find_first_of("{}", 1);
    if (rest.front() == '}' || close == std::string_view::npos || rest[close] == '{')
      throw BadSyntax("the braces of " + quoted(text) + " do not match");
    if (close == 1) throw BadSyntax(quoted(text) + " has braces with nothing between them");
    out.push_back({std::string(rest.substr(1, close - 1)), true});
    rest.remove_prefix(close + 1);
  }
  return out;
}

Expression::Expression(std::string_view text) : text_(text) {
  constexpr std::string_view last = ":last";
  if (text.find_first_of("{}") == std::string_view::npos) {
    parts_.push_back({{}, JsonPath(text), false});
    return;
  }
  for (const Piece& piece : split_braces(text)) {
    std::string_view path = piece.text;
    const bool cut = piece.in_braces && path.ends_with(last);
    if (cut) path.remove_suffix(last.size());
    if (piece.in_braces) parts_.push_back({{}, JsonPath(path), cut});
    else parts_.push_back({piece.text, std::nullopt, false});
  }
}

std::vector<std::string> Expression::all(const ValueView& from) const {
  std::vector<std::string> out;
  if (parts_.size() == 1 && parts_[0].path && !parts_[0].last) {
    for (const ValueView& value : parts_[0].path->find(from))
      if (auto text = scalar_text(value)) out.push_back(*std::move(text));
    return out;
  }
  if (auto text = first(from)) out.push_back(*std::move(text));
  return out;
}

std::optional<std::string> Expression::first(const ValueView& from) const {
  std::string out;
  for (const Part& part : parts_) {
    if (!part.path) {
      out += part.literal;
      continue;
    }
    std::optional<std::string> found;
    for (const ValueView& value : part.path->find(from))
      if ((found = scalar_text(value))) break;
    if (!found) return std::nullopt;
    out.append(*found, part.last ? found->rfind('/') + 1 : 0, std::string::npos);
  }
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

std::vector<ValueView> Expression::find(const ValueView& from) const {
  return parts_.size() == 1 && parts_[0].path ? parts_[0].path->find(from) : std::vector<ValueView>();
}

}  // namespace headrace::api
