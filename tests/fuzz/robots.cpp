// A robots.txt, and a question about it. The first line of the input is the agent, the second the path, the rest the file.
#include <algorithm>
#include <cmath>

#include "nodes/robots/robots_txt.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/nodes/robots/naive_robots.hpp"

using namespace headrace;

namespace {

constexpr std::size_t small_text = 4096, small_path = 256;  // which the naive reader judges in good time

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = fuzz::text_of(data, size);
  const std::string_view agent = take_line(text), path = take_line(text);
  const RobotsTxt robots(text);
  const auto decision = robots.decide(agent, path);
  const auto line_ends = std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; });
  fuzz::require(decision.line <= static_cast<std::uint64_t>(line_ends) + 1, "the line that decides is one of the file");
  fuzz::require(decision.allowed || decision.line > 0, "a refusal names its line");
  fuzz::require((decision.line == 0) == decision.pattern.empty(), "a line that decides has a pattern");
  fuzz::require(decision.allowed == robots.allowed(agent, path), "the same question has the same answer");
  fuzz::require(
      decision.allowed == RobotsTxt(std::string(text) + "\n# more").allowed(agent, path) || text.size() + 8 > RobotsTxt::most_bytes,
      "a comment changes nothing");
  if (const auto delay = robots.crawl_delay(agent)) fuzz::require(std::isfinite(*delay) && *delay >= 0, "a delay is a time");
  for (const std::string_view sitemap : robots.sitemaps()) fuzz::require(!sitemap.empty(), "a sitemap has an address");
  fuzz::require(robots.memory() <= 1024 + 16 * text.size(), "memory is bounded by the text");
  const bool is_path = path.empty() || path[0] == '/';
  if (!is_path || text.size() > small_text || path.size() > small_path || agent.find('/') != std::string_view::npos) return 0;
  const bool wanted = testing::NaiveRobots(std::string(text)).allowed(std::string(agent), std::string(path));
  fuzz::require(decision.allowed == wanted, "the naive reader comes to the same answer");
  return 0;
}
