#include "core/state/batch_text.hpp"

namespace headrace {

namespace {

enum class Tag : char { put = 'p', remove = 'r', add = 'a' };

void append_number(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift);
}

void append_text(std::string& out, std::string_view text) {
  append_number(out, text.size());
  out.append(text);
}

struct Append {
  std::string& out;
  void tag(Tag tag, const std::string& key) const {
    out += static_cast<char>(tag);
    append_text(out, key);
  }
  void operator()(const WriteBatch::Put& put) const {
    tag(Tag::put, put.key);
    append_text(out, put.value);
    append_number(out, static_cast<std::uint64_t>(put.time_to_live.count()));
  }
  void operator()(const WriteBatch::Remove& remove) const { tag(Tag::remove, remove.key); }
  void operator()(const WriteBatch::Add& add) const {
    tag(Tag::add, add.key);
    append_number(out, static_cast<std::uint64_t>(add.amount));
  }
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool done() const { return rest_.empty(); }
  Tag tag() { return static_cast<Tag>(take(1).front()); }
  std::uint64_t number() {
    std::uint64_t number = 0;
    for (const char byte : take(8)) number = number << 8 | static_cast<unsigned char>(byte);
    return number;
  }
  std::string text() { return std::string(take(number())); }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) throw StoreError("a batch that was written down is cut short");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string_view rest_;
};

}  // namespace

std::string to_bytes(const WriteBatch& batch) {
  std::string out;
  for (const auto& change : batch.changes()) std::visit(Append{out}, change);
  return out;
}

WriteBatch batch_from(std::string_view bytes) {
  WriteBatch batch;
  for (Reader reader(bytes); !reader.done();) {
    const Tag tag = reader.tag();
    std::string key = reader.text();
    if (tag == Tag::put) {
      std::string value = reader.text();
      batch.put(std::move(key), std::move(value), Duration(static_cast<Duration::rep>(reader.number())));
    } else if (tag == Tag::add) batch.add(std::move(key), static_cast<std::int64_t>(reader.number()));
    else if (tag == Tag::remove) batch.remove(std::move(key));
    else throw StoreError("a batch that was written down has an unknown change");
  }
  return batch;
}

}  // namespace headrace
