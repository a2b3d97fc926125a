#include "core/value/json.hpp"

#include <simdjson.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>

namespace headrace {

namespace {

// Length of the UTF-8 sequence at text[at], or 0 when the bytes there are not one (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
  const auto between = [&](std::size_t i, unsigned low, unsigned high) { return byte(i) >= low && byte(i) <= high; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return between(1, 0x80, 0xBF) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80, high = lead == 0xED ? 0x9F : 0xBF;
    return between(1, low, high) && between(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80, high = lead == 0xF4 ? 0x8F : 0xBF;
    return between(1, low, high) && between(2, 0x80, 0xBF) && between(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

void append_escaped(std::string& out, unsigned char c) {
  constexpr char digits[] = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
      out += "\\u00";
      out += digits[c >> 4];
      out += digits[c & 15];
  }
}

bool plain(unsigned char c) { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; }

}  // namespace

void JsonWriter::number(double value) {
  if (!std::isfinite(value)) return null();
  if (value == 0 && std::signbit(value)) return literal("-0.0");  // "-0" would read back as an integer
  char buffer[32];
  // Twenty digits without a point are an integer to a reader, and too large for one.
  const auto end = std::abs(value) < 0x1p63 ? std::to_chars(buffer, buffer + sizeof buffer, value).ptr
                                            : std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  literal({buffer, static_cast<std::size_t>(end - buffer)});
}

void JsonWriter::integer(std::int64_t value) { literal(std::to_string(value)); }
void JsonWriter::unsigned_integer(std::uint64_t value) { literal(std::to_string(value)); }

void JsonWriter::string(std::string_view text) {
  separate();
  text_ += '"';
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (plain(c)) {
      ++i;
      continue;
    }
    if (const std::size_t length = c < 0x80 ? 0 : sequence_length(text, i); length > 1) {
      i += length;
      continue;
    }
    text_.append(text, done, i - done);
    if (c < 0x80) append_escaped(text_, c);
    else text_ += "\xEF\xBF\xBD";
    done = ++i;
  }
  text_.append(text, done);
  text_ += '"';
}

void JsonWriter::member(std::string_view name) {
  string(name);
  text_ += ':';
  first_ = true;
}

void BadValue::inside(std::string_view container) {
  const bool joined = path.empty() || path.front() == '[';
  path = std::string(container) + (joined ? "" : ".") + path;
}

std::string_view shape_name(Shape shape) {
  switch (shape) {
    case Shape::null: return "nothing";
    case Shape::boolean: return "true or false";
    case Shape::integer: return "an integer";
    case Shape::number: return "a number";
    case Shape::string: return "a string";
    case Shape::list: return "a list";
    case Shape::object: return "a map";
  }
  return "a value";
}

namespace {

template <class T> T want(const ValueView& view, std::optional<T> value, Shape wanted) {
  if (!value) view.fail("must be " + std::string(shape_name(wanted)) + ", not " + std::string(shape_name(view.shape())));
  return *value;
}

}  // namespace

Shape ValueView::shape() const { return backend_->shape(handle_); }
bool ValueView::boolean() const { return want(*this, backend_->boolean(handle_), Shape::boolean); }
double ValueView::number() const { return want(*this, backend_->number(handle_), Shape::number); }
std::int64_t ValueView::integer() const { return want(*this, backend_->integer(handle_), Shape::integer); }
std::string_view ValueView::string() const { return want(*this, backend_->string(handle_), Shape::string); }

std::vector<ValueView> ValueView::elements() const {
  if (shape() != Shape::list) fail("must be a list, not " + std::string(shape_name(shape())));
  return backend_->elements(handle_);
}

std::vector<std::pair<std::string_view, ValueView>> ValueView::members() const {
  if (shape() != Shape::object) fail("must be a map, not " + std::string(shape_name(shape())));
  return backend_->members(handle_);
}

std::optional<ValueView> ValueView::member(std::string_view name) const {
  if (shape() != Shape::object) fail("must be a map, not " + std::string(shape_name(shape())));
  return backend_->member(handle_, name);
}

const ConfigTree* ValueView::config() const { return backend_->config(handle_); }

void ValueView::fail(std::string message) const { throw BadValue(std::move(message), config()); }

namespace {

using Element = simdjson::dom::element;
static_assert(sizeof(Element) == sizeof(ValueView::Handle) && std::is_trivially_copyable_v<Element>);

Element element_of(ValueView::Handle handle) { return std::bit_cast<Element>(handle); }
ValueView::Handle handle_of(Element element) { return std::bit_cast<ValueView::Handle>(element); }

template <class T> std::optional<T> optional_of(simdjson::simdjson_result<T> result) {
  T value{};
  if (std::move(result).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

class JsonBackend final : public ValueView::Backend {
 public:
  Shape shape(ValueView::Handle handle) const override {
    switch (element_of(handle).type()) {
      case simdjson::dom::element_type::ARRAY: return Shape::list;
      case simdjson::dom::element_type::OBJECT: return Shape::object;
      case simdjson::dom::element_type::INT64: return Shape::integer;
      case simdjson::dom::element_type::UINT64:  // more than an int64 holds
      case simdjson::dom::element_type::DOUBLE: return Shape::number;
      case simdjson::dom::element_type::STRING: return Shape::string;
      case simdjson::dom::element_type::BOOL: return Shape::boolean;
      default: return Shape::null;
    }
  }
  std::optional<bool> boolean(ValueView::Handle handle) const override { return optional_of(element_of(handle).get_bool()); }
  std::optional<double> number(ValueView::Handle handle) const override { return optional_of(element_of(handle).get_double()); }
  std::optional<std::int64_t> integer(ValueView::Handle handle) const override { return optional_of(element_of(handle).get_int64()); }
  std::optional<std::string_view> string(ValueView::Handle handle) const override { return optional_of(element_of(handle).get_string()); }
  std::vector<ValueView> elements(ValueView::Handle handle) const override {
    std::vector<ValueView> out;
    for (const Element element : simdjson::dom::array(element_of(handle).get_array())) out.emplace_back(*this, handle_of(element));
    return out;
  }
  std::vector<std::pair<std::string_view, ValueView>> members(ValueView::Handle handle) const override {
    std::vector<std::pair<std::string_view, ValueView>> out;
    for (const auto field : simdjson::dom::object(element_of(handle).get_object()))
      out.emplace_back(field.key, ValueView(*this, handle_of(field.value)));
    return out;
  }
  std::optional<ValueView> member(ValueView::Handle handle, std::string_view name) const override {
    for (const auto field : simdjson::dom::object(element_of(handle).get_object()))
      if (field.key == name) return ValueView(*this, handle_of(field.value));
    return std::nullopt;
  }
};

const JsonBackend json_backend;

}  // namespace

struct JsonDocument::Parsed {
  simdjson::dom::document document;
  Element root;
};

JsonDocument::JsonDocument(std::string_view text) : parsed_(std::make_unique<Parsed>()) {
  thread_local simdjson::dom::parser parser;
  const auto error = parser.parse_into_document(parsed_->document, text.data(), text.size()).get(parsed_->root);
  if (error) throw BadValue("not JSON: " + std::string(simdjson::error_message(error)), nullptr);
}
JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
ValueView JsonDocument::root() const { return ValueView(json_backend, handle_of(parsed_->root)); }

void write_json(JsonWriter& writer, const ValueView& value) {
  switch (value.shape()) {
    case Shape::null: return writer.null();
    case Shape::boolean: return writer.boolean(value.boolean());
    case Shape::integer: return writer.integer(value.integer());
    case Shape::number: return writer.number(value.number());
    case Shape::string: return writer.string(value.string());
    case Shape::list:
      writer.begin_list();
      for (const auto& element : value.elements()) write_json(writer, element);
      return writer.end_list();
    case Shape::object:
      writer.begin_object();
      for (const auto& [name, member] : value.members()) {
        writer.member(name);
        write_json(writer, member);
      }
      return writer.end_object();
  }
}

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

}  // namespace headrace
