// The vocabulary: one type and one sentence for each key, declared once.
//
//   HEADRACE_KEY("article", "The article that a page holds.", Article)   // in a header, at global scope
//
// In<"artcle"> then does not compile. Every file that includes the declaration registers what it saw, so that two types
// for one key in two files, which no linker reports, are found at start: vocabulary_conflicts().
#pragma once
#include <algorithm>

#include "core/value/type_info.hpp"

namespace headrace {

template <std::size_t N> struct FixedString {
  char text[N]{};
  consteval FixedString(const char (&from)[N]) { std::copy_n(from, N, text); }
  constexpr std::string_view view() const { return {text, N - 1}; }
};

template <FixedString Name> struct Key;  // only HEADRACE_KEY defines one
template <FixedString Name>
concept KnownKey = requires {
  typename Key<Name>::type;
};

struct KeyInfo {
  std::string_view name, doc;
  const TypeInfo* type;
  const char* file;
  int line;
};

bool declare_key(const KeyInfo& key);
const KeyInfo* find_key(std::string_view name);
std::vector<const KeyInfo*> vocabulary();         // by name
std::vector<std::string> vocabulary_conflicts();  // "key 'rank' has two types: a.hpp:3 and b.hpp:7"

}  // namespace headrace

#define HEADRACE_JOIN_(a, b) a##b
#define HEADRACE_JOIN(a, b) HEADRACE_JOIN_(a, b)
#define HEADRACE_KEY(NAME, DOC, ...)                                                                                                      \
  template <> struct headrace::Key<NAME> {                                                                                                \
    using type = __VA_ARGS__;                                                                                                             \
    static constexpr std::string_view doc = DOC;                                                                                          \
  };                                                                                                                                      \
  namespace {                                                                                                                             \
  [[maybe_unused]] const bool HEADRACE_JOIN(headrace_key_,                                                                                \
                                            __COUNTER__) = headrace::declare_key({NAME, DOC, &headrace::type_of<__VA_ARGS__>(), __FILE__, \
                                                                                  __LINE__});                                             \
  }
