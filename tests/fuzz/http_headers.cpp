// What a stranger writes into the header fields of an answer. The first line is the Retry-After value; all lines are headers.
#include "nodes/fetch/http_headers.hpp"

#include "nodes/fetch/retry_after.hpp"
#include "tests/fuzz/target.hpp"

using namespace headrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > fuzz::longest_input) return 0;
  std::string_view text = fuzz::text_of(data, size);
  std::vector<HttpHeader> headers = {{"retry-after", std::string(text.substr(0, text.find('\n')))}};
  const Time now{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1)};
  if (const auto pause = retry_after(headers, now))
    fuzz::require(*pause >= Duration::zero() && *pause <= std::chrono::hours(24 * 30), "a pause is no longer than 30 days");
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    auto header = parse_header_line(line);
    fuzz::require(header.has_value() == (line.find(':') != std::string_view::npos), "a line with a colon is a field");
    if (!header) continue;
    fuzz::require(header->name.size() + header->value.size() < line.size(), "a field is shorter than its line");
    const std::string type = media_type(header->value);
    fuzz::require(media_type(type) == type, "a media type is in normal form");
    headers.push_back(*std::move(header));
  }
  if (const auto refused = refused_coding(headers)) {
    fuzz::require(refused->size() < 200, "a message is short");
    headers.push_back({"content-encoding", "gzip"});
    fuzz::require(refused_coding(headers).has_value(), "another encoding does not make it better");
  }
  return 0;
}
