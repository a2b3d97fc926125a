// Lines of a stream that may be slow, in bounded memory.
#pragma once
#include <functional>
#include <istream>
#include <string>

namespace headrace::cli {

class LineReader {
 public:
  enum class Line { text, too_long, end };
  static constexpr std::size_t longest = std::size_t{256} << 20;

  // `before_wait` is called whenever nothing more has arrived yet: the moment to show what is ready.
  LineReader(std::istream& in, std::function<void()> before_wait, std::size_t limit = longest)
      : from_(*in.rdbuf()), before_wait_(std::move(before_wait)), limit_(limit) {}
  Line next(std::string& line);  // without its end; a last line needs none

 private:
  bool fill();
  std::streambuf& from_;
  std::function<void()> before_wait_;
  std::size_t limit_, at_ = 0;
  std::string buffer_;
};

}  // namespace headrace::cli
