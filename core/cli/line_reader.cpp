#include "core/cli/line_reader.hpp"

#include <algorithm>

namespace headrace::cli {

bool LineReader::fill() {
  constexpr std::streamsize block = 64 << 10;
  using Traits = std::char_traits<char>;
  if (from_.in_avail() <= 0) {
    before_wait_();
    if (Traits::eq_int_type(from_.sgetc(), Traits::eof())) return false;  // waits for the first byte
  }
  buffer_.resize(static_cast<std::size_t>(std::clamp<std::streamsize>(from_.in_avail(), 1, block)));
  buffer_.resize(static_cast<std::size_t>(from_.sgetn(buffer_.data(), static_cast<std::streamsize>(buffer_.size()))));
  at_ = 0;
  return !buffer_.empty();
}

LineReader::Line LineReader::next(std::string& line) {
  line.clear();
  bool any = false, too_long = false;
  while (at_ < buffer_.size() || fill()) {
    any = true;
    const std::size_t end = buffer_.find('\n', at_);
    const std::size_t length = std::min(end, buffer_.size()) - at_;
    too_long = too_long || line.size() + length > limit_;
    if (!too_long) line.append(buffer_, at_, length);
    at_ += length;
    if (end == std::string::npos) continue;
    ++at_;
    break;
  }
  if (!any) return Line::end;
  if (too_long) return line.clear(), Line::too_long;
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return Line::text;
}

}  // namespace headrace::cli
