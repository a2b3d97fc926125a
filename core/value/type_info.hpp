// The run-time identity of a value type: what the engine needs to hold, bind, count and print a value it does not know.
#pragma once
#include <new>
#include <typeinfo>

#include "core/value/codec.hpp"

namespace headrace {

struct TypeInfo {
  struct Member {
    std::string_view name, doc;
    const TypeInfo* type;
    bool may_be_absent;
    const void* (*get)(const void* object);  // null when absent
  };
  const std::type_info* id;
  std::size_t size, align;
  bool trivial;           // nothing to destroy: its slot needs no release
  std::string (*name)();  // "Article", "list of string"
  void (*destroy)(void* object) noexcept;
  void (*move)(void* from, void* into);           // constructs at `into`
  void (*copy)(const void* from, void* into);     // constructs at `into`; null for a type that cannot be copied
  std::size_t (*heap_bytes)(const void* object);  // beyond size
  void (*write)(JsonWriter& writer, const void* object);
  void (*read)(const ValueView& view, void* into);  // constructs at `into`; throws BadValue
  std::vector<Member> (*members)();                 // of a described struct; else empty
  const TypeInfo* element;                          // of a list or map; else null
  bool operator==(const TypeInfo& other) const { return *id == *other.id; }
};

template <class T> const TypeInfo& type_of();

namespace detail {
template <class T> struct Unwrapped { using type = T; };
template <class T> struct Unwrapped<std::optional<T>> { using type = T; };
template <class T> struct ElementOf {
  static constexpr const TypeInfo* get() { return nullptr; }
};
template <class T> struct ElementOf<std::vector<T>> {
  static const TypeInfo* get() { return &type_of<T>(); }
};
template <class T> struct ElementOf<std::map<std::string, T>> {
  static const TypeInfo* get() { return &type_of<T>(); }
};

// A container says that it can be copied, whatever it holds.
template <class T> inline constexpr bool is_copyable = std::is_copy_constructible_v<T>;
template <class T> inline constexpr bool is_copyable<std::optional<T>> = is_copyable<T>;
template <class T> inline constexpr bool is_copyable<std::vector<T>> = is_copyable<T>;
template <class T> inline constexpr bool is_copyable<std::map<std::string, T>> = is_copyable<T>;
template <class T> constexpr auto copier() -> void (*)(const void*, void*) {
  if constexpr (is_copyable<T>) return [](const void* from, void* into) { new (into) T(*static_cast<const T*>(from)); };
  else return nullptr;
}

template <class T> std::size_t heap_bytes(const T& value);
template <class T> std::size_t heap_bytes(const std::vector<T>& value) {
  std::size_t bytes = value.capacity() * sizeof(T);
  if constexpr (!std::is_trivially_copyable_v<T>)
    for (const T& element : value) bytes += heap_bytes(element);
  return bytes;
}
template <class T> std::size_t heap_bytes(const std::map<std::string, T>& value) {
  std::size_t bytes = 0;
  for (const auto& [name, element] : value) bytes += name.capacity() + sizeof(T) + 64 + heap_bytes(element);
  return bytes;
}
template <class T> std::size_t heap_bytes(const std::optional<T>& value) { return value ? heap_bytes(*value) : 0; }
template <class T> std::size_t heap_bytes(const T& value) {
  if constexpr (std::same_as<T, std::string>) return value.capacity() > 15 ? value.capacity() : 0;
  else if constexpr (std::same_as<T, Bytes>) return value.data.capacity();
  else if constexpr (std::same_as<T, Json>) return value.text.capacity();
  else if constexpr (Described<T>) {
    std::size_t bytes = 0;
    for_each_field<T>([&](const auto& each) { bytes += heap_bytes(value.*(each.member)); });
    return bytes;
  } else return 0;
}

template <class T, std::size_t I> const void* get_member(const void* object) {
  constexpr auto pointer = std::get<I>(T::fields()).member;
  const auto& member = static_cast<const T*>(object)->*pointer;
  if constexpr (is_optional<std::remove_cvref_t<decltype(member)>>) return member ? &*member : nullptr;
  else return &member;
}
template <class T> std::vector<TypeInfo::Member> members_of() {
  std::vector<TypeInfo::Member> out;
  if constexpr (Described<T>) [&]<std::size_t... I>(std::index_sequence<I...>) {
      (
          [&] {
            constexpr auto each = std::get<I>(T::fields());
            using Member = typename decltype(each)::member_type;
            out.push_back({each.name, each.doc, &type_of<typename Unwrapped<Member>::type>(), is_optional<Member>, &get_member<T, I>});
          }(),
          ...);
    }
  (std::make_index_sequence<std::tuple_size_v<decltype(T::fields())>>{});
  return out;
}
}  // namespace detail

template <class T> const TypeInfo& type_of() {
  static_assert(HasCodec<T>, "this value type has no JSON codec: give it a static fields() or specialise Codec<T>");
  static const TypeInfo info{&typeid(T),
                             sizeof(T),
                             alignof(T),
                             std::is_trivially_destructible_v<T>,
                             &Codec<T>::name,
                             [](void* object) noexcept { static_cast<T*>(object)->~T(); },
                             [](void* from, void* into) { new (into) T(std::move(*static_cast<T*>(from))); },
                             detail::copier<T>(),
                             [](const void* object) { return detail::heap_bytes(*static_cast<const T*>(object)); },
                             [](JsonWriter& writer, const void* object) { write_json(writer, *static_cast<const T*>(object)); },
                             [](const ValueView& view, void* into) { new (into) T(read_value<T>(view)); },
                             &detail::members_of<T>,
                             detail::ElementOf<T>::get()};
  return info;
}

// Compiled once, in type_info.cpp. Types that many files share are better declared like this, too.
extern template const TypeInfo& type_of<bool>();
extern template const TypeInfo& type_of<std::int64_t>();
extern template const TypeInfo& type_of<double>();
extern template const TypeInfo& type_of<std::string>();
extern template const TypeInfo& type_of<Bytes>();
extern template const TypeInfo& type_of<Time>();
extern template const TypeInfo& type_of<Json>();
extern template const TypeInfo& type_of<std::vector<std::string>>();

// An owned value of any described type.
class AnyValue {
 public:
  AnyValue() = default;
  template <class T> static AnyValue of(T value) {
    AnyValue any(type_of<T>());
    new (any.data_) T(std::move(value));
    any.full_ = true;
    return any;
  }
  static AnyValue read(const TypeInfo& type, const ValueView& view);  // throws BadValue
  AnyValue(AnyValue&& other) noexcept { *this = std::move(other); }
  AnyValue& operator=(AnyValue&& other) noexcept;
  ~AnyValue() { reset(); }
  explicit operator bool() const { return full_; }
  const TypeInfo& type() const { return *type_; }
  const void* data() const { return data_; }
  void move_into(void* slot);  // leaves this empty
  void reset();

 private:
  explicit AnyValue(const TypeInfo& type);
  const TypeInfo* type_ = nullptr;
  void* data_ = nullptr;
  bool full_ = false;
};

}  // namespace headrace
