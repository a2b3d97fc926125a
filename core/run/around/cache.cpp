#include "core/run/around/cache.hpp"

#include <xxhash.h>

#include <charconv>
#include <cstdio>

namespace headrace::run {

namespace {

// Lengths before texts, so that no two lists of inputs write the same.
void add(std::string& out, std::string_view text) { (out += std::to_string(text.size()) += ':') += text; }

std::string hash_of(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  char out[33];
  std::snprintf(out, sizeof out, "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return {out, 32};
}

std::int64_t milliseconds(const Time& time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.at.time_since_epoch()).count();
}

// What is kept is the time of expiry, a line, and the value as JSON. Gives where the JSON begins; nothing when it has expired,
// or was written by somebody else.
std::optional<std::size_t> value_at(std::string_view kept, std::int64_t now) {
  std::int64_t expires = 0;
  const auto [end, error] = std::from_chars(kept.data(), kept.data() + kept.size(), expires);
  if (error != std::errc() || end == kept.data() + kept.size() || *end != '\n' || expires <= now) return std::nullopt;
  return static_cast<std::size_t>(end - kept.data()) + 1;
}

}  // namespace

Cache::Cache(const Step& step, const TypeInfo& type, Store& store) : step_(step), type_(type), store_(store) {}

std::string Cache::key_of(const void* const* inputs, std::string_view document) const {
  std::string text;
  add(text, step_.fingerprint);
  if (step_.spec->takes_document) add(text, document);
  for (std::size_t i = 0; i < step_.own_ports; ++i) {
    const Port& port = step_.ports[i].port;
    add(text, port.name);
    if (!inputs[i]) {
      text += '~';
      continue;
    }
    JsonWriter writer;
    port.type->write(writer, inputs[i]);
    add(text, writer.take());
  }
  return std::string(prefix) + hash_of(text);
}

bool Cache::find(const std::string& key, const Time& now, void* into) const noexcept {
  try {
    const auto kept = store_.get(key);
    const auto at = kept ? value_at(*kept, milliseconds(now)) : std::nullopt;
    if (!at) return false;
    const JsonDocument document(std::string_view(*kept).substr(*at));
    type_.read(document.root(), into);
    return true;
  } catch (const std::exception&) {
    return false;  // what cannot be read any more will be overwritten
  }
}

void Cache::keep(const std::string& key, const Time& now, const void* value) const noexcept {
  try {
    const auto ttl = std::chrono::duration_cast<std::chrono::milliseconds>(*step_.decorators.cache).count();
    JsonWriter writer;
    type_.write(writer, value);
    WriteBatch batch;
    batch.put(key, std::to_string(milliseconds(now) + ttl) + '\n' + writer.take());
    store_.write(batch, Durability::buffered);
  } catch (const std::exception&) {
    // It is not kept; the next call is made again.
  }
}

void sweep_cache(Store& store, const Time& now) noexcept {
  constexpr std::size_t at_once = 1000;
  try {
    WriteBatch batch;
    store.scan(Cache::prefix, [&](std::string_view key, std::string_view kept) {
      if (!value_at(kept, milliseconds(now))) batch.remove(std::string(key));
      if (batch.changes().size() >= at_once) store.write(std::exchange(batch, {}), Durability::buffered);
      return true;
    });
    if (!batch.empty()) store.write(batch, Durability::buffered);
  } catch (const std::exception&) {
    // What is left is found expired when it is asked for.
  }
}

}  // namespace headrace::run
