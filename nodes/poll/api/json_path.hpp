// Where something is in an answer: a small path language over JSON, and texts made of what paths find.
//
//   posts[*].post.url                  members, and all elements of a list
//   data.children[*].data              `$` alone is the whole answer
//   [is_self=false].url                goes on only where the member is_self is false; of a list, with the elements that fit
//   https://example.org/@{account.acct}/{uri:last}     a text: paths in braces; `:last` is what follows the last slash
//
// Paths and expressions are values; finding is linear in the part of the answer that a path passes. Any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/value/codec.hpp"

namespace headrace::api {

// A problem with what somebody wrote in a description.
struct BadSyntax : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class JsonPath {
 public:
  static constexpr std::size_t most_steps = 32;
  JsonPath() = default;                                      // the whole answer
  explicit JsonPath(std::string_view text);                  // throws BadSyntax
  std::vector<ValueView> find(const ValueView& from) const;  // without nulls
  const std::string& text() const { return text_; }

 private:
  struct Step {
    enum class Kind { member, all, index, filter } kind;
    std::string name, value;
    std::size_t index = 0;
  };
  void take_bracket(std::string_view inside);
  static void follow(const Step& step, const ValueView& from, std::vector<ValueView>& out);

  std::string text_ = "$";
  std::vector<Step> steps_;
};

// What a scalar says: a string, a number or a boolean as text; nothing for null, an empty string, a list or an object.
std::optional<std::string> scalar_text(const ValueView& value);

// "a{b}c" in pieces.
struct Piece {
  std::string text;
  bool in_braces = false;
};
std::vector<Piece> split_braces(std::string_view text);  // throws BadSyntax

// A path, or a text with paths in braces.
class Expression {
 public:
  Expression() = default;
  explicit Expression(std::string_view text);                 // throws BadSyntax
  std::vector<std::string> all(const ValueView& from) const;  // a text with braces gives at most one
  std::optional<std::string> first(const ValueView& from) const;
  std::vector<ValueView> find(const ValueView& from) const;  // of a path only
  const std::string& text() const { return text_; }

 private:
  struct Part {
    std::string literal;
    std::optional<JsonPath> path;
    bool last = false;  // only what follows the last slash
  };
  std::string text_;
  std::vector<Part> parts_;
};

// A value, or a list of them.
template <class T> struct OneOrMore { std::vector<T> items; };

}  // namespace headrace::api

namespace headrace {

#define HEADRACE_TEXT_CODEC(TYPE, NAME)                                                       \
  template <> struct Codec<TYPE> {                                                            \
    static void write(JsonWriter& writer, const TYPE& value) { writer.string(value.text()); } \
    static TYPE read(const ValueView& view) {                                                 \
      try {                                                                                   \
        return TYPE(view.string());                                                           \
      } catch (const api::BadSyntax& bad) {                                                   \
        view.fail(bad.what());                                                                \
      }                                                                                       \
    }                                                                                         \
    static std::string name() { return NAME; }                                                \
  }
HEADRACE_TEXT_CODEC(api::JsonPath, "path");
HEADRACE_TEXT_CODEC(api::Expression, "path");

template <class T> struct Codec<api::OneOrMore<T>> {
  static void write(JsonWriter& writer, const api::OneOrMore<T>& value) { Codec<std::vector<T>>::write(writer, value.items); }
  static api::OneOrMore<T> read(const ValueView& view) {
    if (view.shape() == Shape::list) return {Codec<std::vector<T>>::read(view)};
    return {{Codec<T>::read(view)}};
  }
  static std::string name() { return Codec<T>::name() + ", or a list"; }
};

}  // namespace headrace
