// Reading and writing values without a JSON or YAML library in any header.
//
//   JsonWriter w;                       JsonDocument document(R"({"title": "Tide"})");
//   w.begin_object();                   ValueView root = document.root();
//   w.member("title");                  root.member("title")->string();   // "Tide"
//   w.string("Tide");
//   w.end_object();                     // w.text() == {"title":"Tide"}
//
// A ValueView borrows: the JsonDocument or ConfigTree behind it must outlive it. All of this is safe to use from
// several threads on different objects; reading one document from several threads is safe too.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headrace {

struct ConfigTree;  // core/config/tree.hpp: a parsed YAML value with its place in the file

// Appends JSON text. Commas are put by the writer; the caller keeps begin and end in step.
class JsonWriter {
 public:
  void null() { literal("null"); }
  void boolean(bool value) { literal(value ? "true" : "false"); }
  void number(double value);  // shortest text that reads back the same; null when not finite
  void integer(std::int64_t value);
  void unsigned_integer(std::uint64_t value);
  void string(std::string_view text);  // bytes that are not UTF-8 become U+FFFD
  void raw(std::string_view json) { literal(json); }
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_list() { open('['); }
  void end_list() { close(']'); }
  void member(std::string_view name);
  const std::string& text() const { return text_; }
  std::string take() {
    first_ = true;
    return std::exchange(text_, {});
  }
  void clear() {
    text_.clear();
    first_ = true;
  }

 private:
  void separate() {
    if (!first_) text_ += ',';
    first_ = false;
  }
  void literal(std::string_view text) {
    separate();
    text_ += text;
  }
  void open(char bracket) {
    separate();
    text_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    text_ += bracket;
    first_ = false;
  }
  std::string text_;
  bool first_ = true;
};

// A value does not have the shape that its reader needs. `path` grows outward as the error passes its containers:
// "entries[3].title". `at` is the place in a configuration file, when it came from one.
struct BadValue : std::runtime_error {
  BadValue(std::string what, const ConfigTree* where) : std::runtime_error(what), message(std::move(what)), at(where) {}
  void inside(std::string_view container);
  std::string message;
  std::string path;
  const ConfigTree* at;
};

enum class Shape : std::uint8_t { null, boolean, integer, number, string, list, object };
std::string_view shape_name(Shape shape);  // "a list", for messages

// A borrowed position in JSON text or in a configuration tree. A scalar of a configuration takes the type that its
// reader asks for ("0.3" reads as a number); JSON is strict. Every accessor throws BadValue when the shape is another.
class ValueView {
 public:
  struct Handle {
    std::uint64_t first = 0, second = 0;
  };
  class Backend;
  ValueView(const Backend& backend, Handle handle) : backend_(&backend), handle_(handle) {}
  Shape shape() const;
  bool is_null() const { return shape() == Shape::null; }
  bool boolean() const;
  double number() const;
  std::int64_t integer() const;
  std::string_view string() const;
  std::vector<ValueView> elements() const;
  std::vector<std::pair<std::string_view, ValueView>> members() const;
  std::optional<ValueView> member(std::string_view name) const;  // nothing when missing; throws when not an object
  const ConfigTree* config() const;                              // null unless it came from a configuration
  [[noreturn]] void fail(std::string message) const;

 private:
  const Backend* backend_;
  Handle handle_;
};

class ValueView::Backend {
 public:
  virtual ~Backend() = default;
  virtual Shape shape(Handle) const = 0;
  virtual std::optional<bool> boolean(Handle) const = 0;
  virtual std::optional<double> number(Handle) const = 0;
  virtual std::optional<std::int64_t> integer(Handle) const = 0;
  virtual std::optional<std::string_view> string(Handle) const = 0;
  virtual std::vector<ValueView> elements(Handle) const = 0;
  virtual std::vector<std::pair<std::string_view, ValueView>> members(Handle) const = 0;
  virtual std::optional<ValueView> member(Handle, std::string_view name) const = 0;
  virtual const ConfigTree* config(Handle) const { return nullptr; }
};

// One parsed JSON text. Throws BadValue, with the reason, when the text is not JSON.
class JsonDocument {
 public:
  explicit JsonDocument(std::string_view text);
  ~JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ValueView root() const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

void write_json(JsonWriter& writer, const ValueView& value);  // copies any value as JSON
bool is_utf8(std::string_view text);

}  // namespace headrace
