#include "core/state/write_layer.hpp"

#include "core/state/counter.hpp"

namespace headrace {

namespace {

using Pending = WriteLayer::Pending;

std::int64_t wrapping_sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

std::uint64_t value_size(const Pending& pending) {
  const auto* value = std::get_if<WriteLayer::Value>(&pending);
  return value ? value->text.size() : 0;
}

// An addition, where `before` (null: nothing) lies below it in the same layer. It keeps the time to live of what it adds to.
Pending added(const Pending* before, std::int64_t amount) {
  if (!before) return WriteLayer::Sum{amount};
  if (const auto* sum = std::get_if<WriteLayer::Sum>(before)) return WriteLayer::Sum{wrapping_sum(sum->amount, amount)};
  const auto* value = std::get_if<WriteLayer::Value>(before);
  return WriteLayer::Value{counter_sum(value ? std::string_view(value->text) : std::string_view(), amount),
                           value ? value->time_to_live : Duration()};
}

}  // namespace

void WriteLayer::apply(const WriteBatch& batch) {
  for (const auto& change : batch.changes()) {
    const std::string& key = key_of(change);
    if (const auto* value = std::get_if<WriteBatch::Put>(&change)) put(key, Value{value->value, value->time_to_live});
    else if (const auto* add = std::get_if<WriteBatch::Add>(&change)) put(key, added(find(key), add->amount));
    else put(key, Gone{});
  }
}

void WriteLayer::apply(const WriteLayer& later, std::string_view prefix) {
  for (auto it = later.changes_.lower_bound(prefix); it != later.changes_.end() && it->first.starts_with(prefix); ++it)
    lay(it->first, it->second);
}

void WriteLayer::lay(std::string_view key, const Pending& later) {
  const auto* sum = std::get_if<Sum>(&later);
  put(key, sum ? added(find(key), sum->amount) : later);
}

const WriteLayer::Pending* WriteLayer::find(std::string_view key) const {
  const auto found = changes_.find(key);
  return found == changes_.end() ? nullptr : &found->second;
}

WriteBatch WriteLayer::batch() const {
  WriteBatch out;
  for (const auto& [key, pending] : changes_) {
    if (const auto* value = std::get_if<Value>(&pending)) out.put(key, value->text, value->time_to_live);
    else if (const auto* sum = std::get_if<Sum>(&pending)) out.add(key, sum->amount);
    else out.remove(key);
  }
  return out;
}

std::vector<std::string> WriteLayer::sums() const {
  std::vector<std::string> out;
  for (const auto& [key, pending] : changes_)
    if (std::holds_alternative<Sum>(pending)) out.push_back(key);
  return out;
}

void WriteLayer::settle(std::span<const std::string> keys, std::span<const std::optional<std::string>> below) {
  for (std::size_t i = 0; i < keys.size(); ++i) put(keys[i], Value{*seen_over(find(keys[i]), below[i]), {}});
}

void WriteLayer::put(std::string_view key, Pending pending) {
  auto found = changes_.lower_bound(key);
  if (found == changes_.end() || found->first != key) {
    found = changes_.emplace_hint(found, std::string(key), Gone{});
    bytes_ += key.size() + overhead;
  }
  bytes_ = bytes_ - value_size(found->second) + value_size(pending);
  found->second = std::move(pending);
}

std::optional<std::string> seen_over(const Pending* pending, std::optional<std::string> below) {
  if (!pending) return below;
  if (const auto* value = std::get_if<WriteLayer::Value>(pending)) return value->text;
  if (const auto* sum = std::get_if<WriteLayer::Sum>(pending))
    return counter_sum(below ? std::string_view(*below) : std::string_view(), sum->amount);
  return std::nullopt;
}

void scan_over(const WriteLayer& layer, const StoreView& below, std::string_view prefix, std::string_view from,
               const StoreView::Visit& visit) {
  auto next = layer.changes().lower_bound(std::max(prefix, from));
  const auto left = [&] { return next != layer.changes().end() && next->first.starts_with(prefix); };
  bool more = true;
  const auto show = [&](std::optional<std::string> under) {
    const auto value = seen_over(&next->second, std::move(under));
    if (value) more = visit(next->first, *value);
    ++next;
    return more;
  };
  below.scan_from(prefix, from, [&](std::string_view key, std::string_view value) {
    while (left() && next->first < key)
      if (!show(std::nullopt)) return false;
    if (left() && next->first == key) return show(std::string(value));
    return more = visit(key, value);
  });
  while (more && left()) show(std::nullopt);
}

}  // namespace headrace
