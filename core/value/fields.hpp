// fields(): the one description of a struct. It serves configuration, checks, defaults, JSON, field binding, byte
// accounting and the reference pages.
//
//   struct Article {
//     std::optional<std::string> title;
//     std::string text;
//     static constexpr auto fields() {
//       return std::tuple(field("title", &Article::title, "Headline."), field("text", &Article::text, "Body."));
//     }
//   };
//
// A member that a text leaves out keeps its default, unless it is `required()`. A std::optional member may be absent.
#pragma once
#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace headrace {

struct InRange {
  double low, high;
};
struct Required {};
struct Secret {};
template <std::size_t N> struct OneOf { std::array<std::string_view, N> choices; };

constexpr InRange in_range(double low, double high) { return {low, high}; }  // both ends belong to it
constexpr Required required() { return {}; }
constexpr Secret secret() { return {}; }  // never shown, logged or echoed
template <class... Choice> constexpr OneOf<sizeof...(Choice)> one_of(Choice... choice) { return {{std::string_view(choice)...}}; }

template <class Struct, class Member, class... Rules> struct Field {
  using member_type = Member;
  std::string_view name;
  Member Struct::*member;
  std::string_view doc;
  std::tuple<Rules...> rules;
  template <class Rule> static constexpr bool has = (std::same_as<Rule, Rules> || ...);
};

template <class Struct, class Member, class... Rules>
constexpr Field<Struct, Member, Rules...> field(std::string_view name, Member Struct::*member, std::string_view doc, Rules... rules) {
  return {name, member, doc, std::tuple<Rules...>(rules...)};
}

template <class T>
concept Described = requires {
  T::fields();
};

// Calls `visit(field)` for each described member, in order.
template <Described T, class Visit> constexpr void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... each) { (visit(each), ...); }, T::fields());
}

template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;

}  // namespace headrace
