#include "core/cli/call_lines.hpp"

#include <ostream>

#include "core/cli/args.hpp"
#include "core/cli/line_reader.hpp"

namespace headrace::cli {

namespace {

void write_failure(JsonWriter& writer, const Failure& failure) {
  writer.begin_object();
  writer.member("kind");
  writer.string(failure.kind);
  writer.member("message");
  writer.string(failure.message);
  writer.member("retryable");
  writer.boolean(failure.retryable);
  writer.end_object();
}

// The value is not the node's own.
void write_covered(JsonWriter& writer, const Failure& failure) {
  writer.member("fallback");
  writer.begin_object();
  writer.member("kind");
  writer.string(failure.kind);
  writer.member("message");
  writer.string(failure.message);
  writer.end_object();
}

std::string answer_of(const CapturedRecord& record) {
  JsonWriter writer;
  writer.begin_object();
  if (record.verdict == Verdict::failed && !record.errors.empty()) {
    writer.member("error");
    write_failure(writer, record.errors.front().failure);
  } else if (record.verdict == Verdict::dropped) {
    writer.member("dropped");
    writer.string(record.reason);
  } else if (record.verdict == Verdict::cancelled) {
    writer.member("error");
    write_failure(writer, {"cancelled", "the run was stopped", true, {}});
  } else {
    writer.member("value");
    writer.raw(record.slots.front().json);
    if (!record.fallbacks.empty()) write_covered(writer, record.fallbacks.front().failure);
  }
  writer.end_object();
  return writer.take() + "\n";
}

std::string located(const BadValue& bad, const std::string& port) {
  return port + (bad.path.empty() || bad.path.front() == '[' ? "" : ".") + bad.path + ": " + bad.message;
}

}  // namespace

Seed CallLines::failing(std::string kind, std::string message) const {
  Seed seed;
  seed.failure = Failure{std::move(kind), std::move(message), false, {}};
  seed.failed_slot = plan_->steps.front().slot;
  return seed;
}

void CallLines::warn_of_unknown(std::string_view member) {
  constexpr std::size_t most = 10;
  if (unknown_.size() >= most || !unknown_.emplace(member).second) return;
  std::vector<std::string> names;
  for (const BoundPort& port : plan_->steps.front().ports) names.push_back(port.port.name);
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  const std::lock_guard lock(output_);
  console_->err << "headrace: the node has no input '" << member << "'" << did_you_mean(member, names) << " (inputs: " << list << ")\n";
}

Seed CallLines::seed_of(const std::string& line) {
  std::string port_name;
  try {
    const JsonDocument document(line);
    const ValueView root = document.root();
    if (root.shape() != Shape::object) root.fail("the line must be a map of inputs, not " + std::string(shape_name(root.shape())));
    Seed seed;
    const auto& ports = plan_->steps.front().ports;
    std::set<int> given;
    for (const BoundPort& port : ports) {
      const int slot = port.from.front().slot;
      if (!given.insert(slot).second) continue;  // of a fallback that takes what its key takes
      const auto value = root.member(port.port.name);
      if (value && !value->is_null()) {
        port_name = port.port.name;
        seed.values.emplace_back(slot, AnyValue::read(*port.port.type, *value));
      } else if (port.port.optional) {
        seed.absent.push_back(slot);
      } else {
        return failing("missing_value", "the line lacks '" + port.port.name + "'");
      }
    }
    port_name.clear();
    for (const auto& [name, value] : root.members())
      if (std::none_of(ports.begin(), ports.end(), [&, &member = name](const BoundPort& port) { return port.port.name == member; }))
        warn_of_unknown(name);
    return seed;
  } catch (const BadValue& bad) {
    return failing("bad_input", port_name.empty() ? bad.message : located(bad, port_name));
  }
}

void CallLines::wait_begins() {
  waiting_ = true;
  const std::lock_guard lock(output_);
  console_->out.flush();
}

void CallLines::feed(Feeder& feeder) {
  LineReader lines(console_->in, [this] { wait_begins(); });
  std::string line;
  for (;;) {
    const auto got = lines.next(line);
    if (got == LineReader::Line::end) break;
    waiting_ = false;
    const bool too_long = got == LineReader::Line::too_long;
    if (!feeder.admit(too_long ? failing("too_large", "the line is longer than 256 MiB") : seed_of(line)) || broken_) return;
  }
  wait_begins();  // from here on each answer is shown as it comes
}

void CallLines::answer(const CapturedRecord& record) {
  const std::string text = answer_of(record);
  const std::lock_guard lock(output_);
  console_->out << text;
  if (waiting_) console_->out.flush();  // nobody knows when the next line comes
  if (!console_->out) broken_ = true;
}

}  // namespace headrace::cli
