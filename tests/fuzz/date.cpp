// A date as people write it.
#include "nodes/poll/feed/date.hpp"

#include <string>

#include "tests/fuzz/target.hpp"

using namespace headrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > fuzz::longest_input) return 0;
  const auto time = feed::read_date(fuzz::text_of(data, size));
  if (!time) return 0;
  const std::string written = format_time(*time);
  fuzz::require(feed::read_date(written) == time, "what we write is read as what it was");
  fuzz::require(parse_time(written) == *time, "what is read can be written");
  return 0;
}
