// How a C++ type is read from and written to JSON or a configuration. A type with fields() has a codec already; any other
// type specialises Codec<T>: write, read (throws BadValue), and the name that diagnostics and docs use.
#pragma once
#include <algorithm>
#include <concepts>
#include <limits>
#include <map>
#include <typeinfo>

#include "core/value/fields.hpp"
#include "core/value/json.hpp"
#include "core/value/types.hpp"

namespace headrace {

template <class T> struct Codec;
template <class T> void write_json(JsonWriter& writer, const T& value) { Codec<T>::write(writer, value); }
template <class T> T read_value(const ValueView& view) { return Codec<T>::read(view); }
template <class T>
concept HasCodec = requires(JsonWriter& writer, const T& value) {
  Codec<T>::write(writer, value);
  { Codec<T>::name() } -> std::convertible_to<std::string>;
};

namespace detail {
std::string class_name(const std::type_info& type);  // "Article" for headrace::(anonymous)::Article
[[noreturn]] void fail_integer_range(const ValueView& view);
void check_range(const ValueView& view, double value, InRange range);
void check_choice(const ValueView& view, std::string_view value, const std::string_view* first, const std::string_view* last);
}  // namespace detail

template <> struct Codec<bool> {
  static void write(JsonWriter& writer, bool value) { writer.boolean(value); }
  static bool read(const ValueView& view) { return view.boolean(); }
  static std::string name() { return "boolean"; }
};

template <std::integral T>
requires(!std::same_as<T, bool>) struct Codec<T> {
  static void write(JsonWriter& writer, T value) {
    if constexpr (std::is_signed_v<T>) writer.integer(value);
    else writer.unsigned_integer(value);
  }
  static T read(const ValueView& view) {
    const std::int64_t value = view.integer();
    if (!std::in_range<T>(value)) detail::fail_integer_range(view);
    return static_cast<T>(value);
  }
  static std::string name() { return "integer"; }
};

template <std::floating_point T> struct Codec<T> {
  static void write(JsonWriter& writer, T value) { writer.number(static_cast<double>(value)); }
  static T read(const ValueView& view) {
    const double value = view.number();
    if (!(value >= std::numeric_limits<T>::lowest() && value <= std::numeric_limits<T>::max())) view.fail("is out of range");
    return static_cast<T>(value);
  }
  static std::string name() { return "number"; }
};

template <> struct Codec<std::string> {
  static void write(JsonWriter& writer, const std::string& value) { writer.string(value); }
  static std::string read(const ValueView& view) { return std::string(view.string()); }
  static std::string name() { return "string"; }
};

template <class T> struct Codec<std::vector<T>> {
  static void write(JsonWriter& writer, const std::vector<T>& value) {
    writer.begin_list();
    for (const auto& element : value) Codec<T>::write(writer, element);
    writer.end_list();
  }
  static std::vector<T> read(const ValueView& view) {
    std::vector<T> out;
    for (const auto& element : view.elements()) {
      try {
        out.push_back(Codec<T>::read(element));
      } catch (BadValue& bad) {
        bad.inside("[" + std::to_string(out.size()) + "]");
        throw;
      }
    }
    return out;
  }
  static std::string name() { return "list of " + Codec<T>::name(); }
};

template <class T> struct Codec<std::map<std::string, T>> {
  static void write(JsonWriter& writer, const std::map<std::string, T>& value) {
    writer.begin_object();
    for (const auto& [name, element] : value) {
      writer.member(name);
      Codec<T>::write(writer, element);
    }
    writer.end_object();
  }
  static std::map<std::string, T> read(const ValueView& view) {
    std::map<std::string, T> out;
    for (const auto& [name, element] : view.members()) {
      try {
        out.emplace(name, Codec<T>::read(element));
      } catch (BadValue& bad) {
        bad.inside(name);
        throw;
      }
    }
    return out;
  }
  static std::string name() { return "map of " + Codec<T>::name(); }
};

template <class T> struct Codec<std::optional<T>> {
  static void write(JsonWriter& writer, const std::optional<T>& value) {
    if (value) Codec<T>::write(writer, *value);
    else writer.null();
  }
  static std::optional<T> read(const ValueView& view) { return view.is_null() ? std::nullopt : std::optional<T>(Codec<T>::read(view)); }
  static std::string name() { return Codec<T>::name(); }
};

#define HEADRACE_DECLARE_CODEC(TYPE)                          \
  template <> struct Codec<TYPE> {                            \
    static void write(JsonWriter& writer, const TYPE& value); \
    static TYPE read(const ValueView& view);                  \
    static std::string name();                                \
  }
HEADRACE_DECLARE_CODEC(Bytes);
HEADRACE_DECLARE_CODEC(Duration);
HEADRACE_DECLARE_CODEC(Time);
HEADRACE_DECLARE_CODEC(ByteSize);
HEADRACE_DECLARE_CODEC(Path);
HEADRACE_DECLARE_CODEC(Json);
HEADRACE_DECLARE_CODEC(Bindings);
#undef HEADRACE_DECLARE_CODEC

namespace detail {
template <class Rule, class T> void check_rule(const Rule& rule, const ValueView& view, const T& value) {
  if constexpr (std::same_as<Rule, InRange> && std::convertible_to<T, double>) check_range(view, static_cast<double>(value), rule);
  else if constexpr (requires { rule.choices; }) check_choice(view, value, rule.choices.data(), rule.choices.data() + rule.choices.size());
}
template <class F, class T> void check_rules(const F& field, const ValueView& view, const T& value) {
  std::apply([&](const auto&... rule) { (check_rule(rule, view, value), ...); }, field.rules);
}

// Reads one described member; a missing one keeps its default unless it is required.
template <class T, class F> void read_member(const ValueView& view, T& into, const F& field) {
  using Member = typename F::member_type;
  const auto member = view.member(field.name);
  if (!member || (member->is_null() && !is_optional<Member>)) {
    if constexpr (F::template has<Required>) view.fail("lacks '" + std::string(field.name) + "'");
    return;
  }
  try {
    into.*(field.member) = Codec<Member>::read(*member);
    check_rules(field, *member, into.*(field.member));
  } catch (BadValue& bad) {
    bad.inside(field.name);
    throw;
  }
}
}  // namespace detail

template <Described T> struct Codec<T> {
  static void write(JsonWriter& writer, const T& value) {
    writer.begin_object();
    for_each_field<T>([&](const auto& each) {
      writer.member(each.name);
      write_json(writer, value.*(each.member));
    });
    writer.end_object();
  }
  static T read(const ValueView& view) {
    T out{};
    for_each_field<T>([&](const auto& each) { detail::read_member(view, out, each); });
    return out;
  }
  static std::string name() { return detail::class_name(typeid(T)); }
};

template <class T> std::string to_json(const T& value) {
  JsonWriter writer;
  write_json(writer, value);
  return writer.take();
}
template <class T> T from_json(std::string_view text) {
  const JsonDocument document(text);
  return read_value<T>(document.root());
}

}  // namespace headrace
