// The lines of a robots.txt, whatever ends them, as far as they mean something.
//
//   RobotsLines lines(bytes);
//   while (const auto line = lines.next()) ...
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace headrace {

enum class RobotsField : std::uint8_t { user_agent, allow, disallow, crawl_delay, sitemap };

struct RobotsLine {
  RobotsField field;
  std::string_view value;  // without the spaces around it and the comment behind it
  std::uint32_t number;    // counted from 1
};

class RobotsLines {
 public:
  explicit RobotsLines(std::string_view bytes);  // which must outlive what next() gives
  std::optional<RobotsLine> next();              // nothing at the end

 private:
  // The next place of one byte. It is searched for again only when it was passed, so that all searches for it together read
  // the file once, however short its lines are.
  class Place {
   public:
    Place(char wanted, const char* first, const char* end);
    const char* from(const char* at);  // at or after `at`, which never goes back; the end when there is none

   private:
    char wanted_;
    const char *end_, *next_;
  };
  std::string_view next_line();

  const char *at_, *end_;
  Place line_feed_, carriage_return_, comment_, zero_;
  std::uint32_t line_ = 0;
};

}  // namespace headrace
