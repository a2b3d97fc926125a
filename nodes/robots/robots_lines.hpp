// The lines of a robots.txt, whatever ends them, as the records that they hold.
//
//   RobotsLines lines(bytes);
//   while (const auto record = lines.next()) ...
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace headrace {

enum class RobotsField : std::uint8_t { user_agent, allow, disallow, crawl_delay, sitemap };

struct RobotsRecord {
  RobotsField field;
  std::string_view value;  // without the spaces around it and the comment behind it
  std::uint32_t line;      // counted from 1
};

class RobotsLines {
 public:
  explicit RobotsLines(std::string_view bytes);  // which must outlive the records
  std::optional<RobotsRecord> next();            // the next record that means something; nothing at the end

 private:
  std::string_view next_line();
  const char *at_, *end_;
  const char* line_feed_;  // the next one, or end_
  std::uint32_t line_ = 0;
};

}  // namespace headrace
