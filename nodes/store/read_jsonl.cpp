// Source `read_jsonl`: fills the declared inputs of its pipeline from a file of JSON Lines, one record a line.
//
//   inputs: [document_id, article]
//   sources:
//     documents: {node: read_jsonl, path: documents.jsonl, fields: {document_id: id, article.title: title, article.text: text}}
//
// An input that `fields` does not speak of takes the line's member of its own name; one that finds nothing is absent. A line
// that is no JSON object, or does not fit an input, fails alone, as "file:line: why".
//
// Its position is the last line that has settled: a restart goes on behind it, also when the file has grown. If that line does
// not stand where it stood, the file is another one: that is reported as a trouble, and it is read from its start. A last line
// that has no end yet and is no JSON fails too, but is read again by the next run: somebody may be writing it.
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/node.hpp"

namespace headrace {

namespace {

// The lines of a file with their places, in bounded memory.
class LineFile {
 public:
  LineFile(const std::string& path, std::size_t longest)
      : path_(path), file_(path, std::ios::binary), longest_(longest), buffer_(block, '\0') {
    if (!file_) throw NodeError("unavailable", "cannot open " + path);
  }
  // The bytes before `end`, fewer when the file is shorter. next() goes on behind them.
  std::string read_back(std::uint64_t end, std::uint64_t length) {
    std::string text(length, '\0');
    file_.seekg(static_cast<std::streamoff>(end - std::min(end, length)));
    file_.read(text.data(), static_cast<std::streamsize>(length));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file_.gcount(), 0)));
    offset_ = end;
    return text;
  }
  void rewind() {
    file_.clear();
    file_.seekg(0);
    file_.clear();  // what cannot be rewound is read from where it stands
    offset_ = 0;
  }
  // False at the end of the file.
  bool next() {
    text.clear();
    length = 0, whole = too_long = false;
    while (!whole && (at_ < filled_ || fill())) take();
    offset_ += length;
    return length > 0;
  }
  std::uint64_t offset() const { return offset_; }  // behind the line

  std::string text;                      // without its end; empty when it is too long
  std::uint64_t length = 0;              // in the file, with its end
  bool whole = false, too_long = false;  // whole: it has an end

 private:
  static constexpr std::size_t block = 64 << 10;

  bool fill() {
    file_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    if (file_.bad()) throw NodeError("unavailable", "cannot read " + path_);
    at_ = 0, filled_ = static_cast<std::size_t>(file_.gcount());
    return filled_ > 0;
  }
  void take() {
    const std::string_view left = std::string_view(buffer_).substr(at_, filled_ - at_);
    const std::size_t end = left.find('\n');
    const std::string_view piece = left.substr(0, end);
    whole = end != std::string_view::npos;
    at_ += piece.size() + whole;
    length += piece.size() + whole;
    too_long = too_long || text.size() + piece.size() > longest_;
    if (too_long) text.clear();
    else text += piece;
  }

  std::string path_;
  std::ifstream file_;
  std::size_t longest_;
  std::string buffer_;
  std::size_t at_ = 0, filled_ = 0;
  std::uint64_t offset_ = 0;
};

// The payload of a position: where the last line that has settled ends, and by what to know it again.
struct ReadTo {
  std::uint64_t offset = 0, line = 0, length = 0, hashed = 0, hash = 0;
  static constexpr auto fields() {
    return std::tuple(field("offset", &ReadTo::offset, "Behind the line."), field("line", &ReadTo::line, "Its number, from 1."),
                      field("length", &ReadTo::length, "With its end."),
                      field("hashed", &ReadTo::hashed, "Its first bytes, of which `hash` was made."),
                      field("hash", &ReadTo::hash, "XXH3 of them."));
  }
};

constexpr std::size_t hashed_bytes = 4096;  // of a line, from its start

std::uint64_t hash_of(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()) >> 1; }  // a JSON integer has 63 bits

// Members of a line that make up one input: the whole of it, or its fields.
struct InputShape {
  std::string member;                       // of the whole; empty when there are parts
  std::map<std::string, InputShape> parts;  // by field
};

void write_shape(JsonWriter& writer, const InputShape& shape, const ValueView& line) {
  if (shape.parts.empty()) {
    if (const auto value = line.member(shape.member)) write_json(writer, *value);
    else writer.null();
    return;
  }
  writer.begin_object();
  for (const auto& [name, part] : shape.parts) {
    writer.member(name);
    write_shape(writer, part, line);
  }
  writer.end_object();
}

class ReadJsonl {
 public:
  struct Config {
    Path path;
    std::map<std::string, std::string> fields_by_input;
    ByteSize max_line{64u << 20};
    static constexpr auto fields() {
      return std::tuple(
          field("path", &Config::path, "The file. '-' is standard input.", required()),
          field("fields", &Config::fields_by_input, "Inputs, and fields of inputs, each with the member of a line that it takes."),
          field("max_line", &Config::max_line, "A longer line fails as too_large."));
    }
  };
  static void ports(const Config& config, PortList& list) {
    for (const auto& [input, member] : config.fields_by_input) {
      const auto above = [&, name = input](const auto& other) { return name.starts_with(other.first + "."); };
      const auto clash = std::find_if(config.fields_by_input.begin(), config.fields_by_input.end(), above);
      if (clash != config.fields_by_input.end())
        throw BadValue("'" + clash->first + "' and '" + input + "' are both given: the one holds the other", nullptr);
      list.any(input, {});
    }
  }
  static constexpr std::array<std::string_view, 2> errors() { return {"unavailable", "replaced"}; }

  explicit ReadJsonl(Config config) : config_(std::move(config)), name_(config_.path.text) {
    if (config_.path.text == "-") config_.path.text = "/dev/stdin", name_ = "standard input";
    if (std::filesystem::is_directory(config_.path.text)) throw NodeError("unavailable", name_ + " is a folder");
    if (!std::ifstream(config_.path.text)) throw NodeError("unavailable", "cannot open " + name_);
  }

  void operator()(Fill fill) {
    const std::vector<InputShape> shapes = shapes_of(fill.inputs());
    LineFile file(config_.path.text, config_.max_line.bytes);
    for (std::uint64_t number = resume(file, fill) + 1; !fill.stopping() && file.next(); ++number)
      if (!emit(fill, shapes, file, number)) return;
  }

 private:
  std::vector<InputShape> shapes_of(const std::vector<Port>& inputs) const {
    std::vector<InputShape> out;
    for (const Port& input : inputs) {
      InputShape& shape = out.emplace_back();
      for (const auto& [name, member] : config_.fields_by_input) {
        if (name == input.name) shape.member = member;
        else if (name.starts_with(input.name + ".")) add_part(shape, std::string_view(name).substr(input.name.size() + 1), member);
      }
      if (shape.member.empty() && shape.parts.empty()) shape.member = input.name;
    }
    return out;
  }

  static void add_part(InputShape& shape, std::string_view path, const std::string& member) {
    InputShape* at = &shape;
    for (std::size_t dot = path.find('.'); dot != std::string_view::npos; path.remove_prefix(dot + 1), dot = path.find('.'))
      at = &at->parts[std::string(path.substr(0, dot))];
    at->parts[std::string(path)].member = member;
  }

  // The number of lines that an earlier run has done; the file stands behind them.
  std::uint64_t resume(LineFile& file, const Fill& fill) const {
    const auto stored = fill.last(name_);
    if (!stored) return 0;
    const ReadTo last = from_json<ReadTo>(*stored);
    const std::string line = file.read_back(last.offset, last.length);
    if (line.size() == last.length && hash_of(std::string_view(line).substr(0, last.hashed)) == last.hash) return last.line;
    fill.trouble(name_,
                 {"replaced", "line " + std::to_string(last.line) + " is not the one that was read last: the file is read from its start"});
    file.rewind();
    return 0;
  }

  bool emit(const Fill& fill, const std::vector<InputShape>& shapes, const LineFile& file, std::uint64_t number) const {
    if (file.too_long) return fail(fill, file, number, {"too_large", "the line is longer than max_line", false, {}});
    if (file.text.find_first_not_of(" \t\r") == std::string::npos) return true;
    try {
      return fill(values_of(fill.inputs(), shapes, file.text), position(file, number));
    } catch (const BadValue& bad) {
      return fail(fill, file, number, {"bad_input", (bad.path.empty() ? "" : bad.path + ": ") + bad.message, false, {}});
    }
  }

  static std::vector<AnyValue> values_of(const std::vector<Port>& inputs, const std::vector<InputShape>& shapes, const std::string& line) {
    const JsonDocument document(line);
    const ValueView root = document.root();
    if (root.shape() != Shape::object) root.fail("the line must be a map of members, not " + std::string(shape_name(root.shape())));
    std::vector<AnyValue> values(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      try {
        values[i] = value_of(*inputs[i].type, shapes[i], root);
      } catch (BadValue& bad) {
        bad.inside(inputs[i].name);
        throw;
      }
    }
    return values;
  }

  static AnyValue value_of(const TypeInfo& type, const InputShape& shape, const ValueView& line) {
    if (shape.parts.empty()) {
      const auto value = line.member(shape.member);
      return value && !value->is_null() ? AnyValue::read(type, *value) : AnyValue();
    }
    JsonWriter writer;
    write_shape(writer, shape, line);
    return AnyValue::read(type, JsonDocument(writer.text()).root());
  }

  bool fail(const Fill& fill, const LineFile& file, std::uint64_t number, Failure failure) const {
    failure.message = name_ + ":" + std::to_string(number) + ": " + failure.message;
    Position where = file.whole ? position(file, number) : Position{name_, std::nullopt};
    return fill.fail(std::move(failure), std::move(where));
  }

  Position position(const LineFile& file, std::uint64_t number) const {
    const std::string_view known = std::string_view(file.text).substr(0, hashed_bytes);  // empty for a line that was too long
    return {name_, to_json(ReadTo{file.offset(), number, file.too_long ? 0 : file.length, known.size(), hash_of(known)})};
  }

  Config config_;
  std::string name_;
};

HEADRACE_NODE(ReadJsonl, "read_jsonl", "Fills the inputs of a pipeline from JSON Lines.")

}  // namespace
}  // namespace headrace
