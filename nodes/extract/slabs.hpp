// Memory that is taken piece by piece and given back at once, with the slabs.
#pragma once
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

namespace headrace {

class Slabs {
 public:
  static constexpr std::size_t alignment = alignof(void*);
  static constexpr std::size_t no_budget = static_cast<std::size_t>(-1);

  // `budget`: bytes of all slabs together. Larger pieces get slabs of their own.
  explicit Slabs(std::size_t slab_size = 32 << 10, std::size_t budget = no_budget) : slab_size_(slab_size), budget_(budget) {}
  Slabs(Slabs&&) noexcept = default;
  Slabs& operator=(Slabs&&) noexcept = default;

  // Null when the budget or the system has no more.
  std::byte* take(std::size_t size) noexcept {
    size = (size + alignment - 1) / alignment * alignment;
    if (size > left_ && !refill(size)) return nullptr;
    left_ -= size;
    return std::exchange(next_, next_ + size);
  }
  // A copy of it. Throws std::bad_alloc.
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    return {static_cast<const char*>(std::memcpy(must_take(text.size()), text.data(), text.size())), text.size()};
  }
  // Throws std::bad_alloc.
  std::byte* must_take(std::size_t size) {
    if (std::byte* const piece = take(size)) return piece;
    throw std::bad_alloc();
  }

 private:
  bool refill(std::size_t size) noexcept {
    const std::size_t slab = size > slab_size_ ? size : slab_size_;
    if (slab > budget_) return false;
    try {
      slabs_.push_back(std::make_unique_for_overwrite<std::byte[]>(slab));
    } catch (const std::bad_alloc&) {
      return false;
    }
    budget_ -= slab;
    next_ = slabs_.back().get();
    left_ = slab;
    return true;
  }

  std::size_t slab_size_, budget_, left_ = 0;
  std::byte* next_ = nullptr;
  std::vector<std::unique_ptr<std::byte[]>> slabs_;
};

}  // namespace headrace
