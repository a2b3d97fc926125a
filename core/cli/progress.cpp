#include "core/cli/progress.hpp"

#include <ostream>

namespace headrace::cli {

namespace {

std::string text_of(const Progress& progress) {
  std::string out = std::to_string(progress.admitted) + " admitted, " + std::to_string(progress.retired) + " finished";
  if (progress.failed) out += " (" + std::to_string(progress.failed) + " failed)";
  out += ", " + std::to_string(progress.active) + " active";
  if (progress.parked) out += ", " + std::to_string(progress.parked) + " parked";
  return out;
}

}  // namespace

void ProgressLine::show(const Progress& progress) {
  constexpr std::uint64_t plain_every = 10;
  const std::string text = text_of(progress);
  ++shown_;
  if (console_->live) {
    console_->err << '\r' << text << std::string(width_ > text.size() ? width_ - text.size() : 0, ' ') << std::flush;
    width_ = text.size();
  } else if (shown_ % plain_every == 0) {
    console_->err << text << std::endl;
  }
}

void ProgressLine::clear() {
  if (width_) console_->err << '\r' << std::string(width_, ' ') << '\r';
  width_ = 0;
}

}  // namespace headrace::cli
