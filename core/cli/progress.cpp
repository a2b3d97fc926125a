#include "core/cli/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <ostream>
#include <streambuf>

namespace headrace::cli {

namespace {

// Synchronised, where the terminal knows how; without a cursor; and a line that is too long is cut, not wrapped: the way back up
// is counted in lines.
constexpr std::string_view begin_drawing = "\x1b[?2026h\x1b[?25l\x1b[?7l", end_drawing = "\x1b[?7h\x1b[?25h\x1b[?2026l";
constexpr std::string_view erase_line = "\x1b[K", erase_below = "\x1b[J";

std::string plain_line(const Progress& progress) {
  std::string out = std::to_string(progress.admitted) + " admitted, " + std::to_string(progress.retired) + " finished";
  if (progress.failed) out += " (" + std::to_string(progress.failed) + " failed)";
  out += ", " + std::to_string(progress.active) + " active";
  if (progress.parked) out += ", " + std::to_string(progress.parked) + " parked";
  return out;
}

std::string clock_text(Duration elapsed) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(elapsed).count();
  char text[40];
  std::snprintf(text, sizeof text, "%lld:%02d:%02d", static_cast<long long>(seconds / 3600), static_cast<int>(seconds / 60 % 60),
                static_cast<int>(seconds % 60));
  return text;
}

std::string number_line(const char* name, std::uint64_t number, std::optional<double> rate) {
  char text[96];
  if (rate) std::snprintf(text, sizeof text, "  %-9s %12llu %10.1f/s", name, static_cast<unsigned long long>(number), *rate);
  else std::snprintf(text, sizeof text, "  %-9s %12llu", name, static_cast<unsigned long long>(number));
  return text;
}

double rate(std::uint64_t before, std::uint64_t now, Duration time) {
  const double seconds = std::chrono::duration<double>(time).count();
  return seconds > 0 && now > before ? static_cast<double>(now - before) / seconds : 0;
}

}  // namespace

// Hands on whole lines.
class ProgressScreen::Above final : public std::streambuf {
 public:
  explicit Above(ProgressScreen& screen) : screen_(&screen) {}

 private:
  int_type overflow(int_type c) override {
    const char letter = traits_type::to_char_type(c);
    if (!traits_type::eq_int_type(c, traits_type::eof())) xsputn(&letter, 1);
    return traits_type::not_eof(c);
  }
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    const std::lock_guard lock(screen_->mutex_);
    line_.append(text, static_cast<std::size_t>(size));
    if (const std::size_t end = line_.rfind('\n'); end != std::string::npos) {
      screen_->redraw(std::string_view(line_).substr(0, end + 1));
      line_.erase(0, end + 1);
    }
    return size;
  }

  ProgressScreen* screen_;
  std::string line_;
};

bool has_screen(const Plan& plan, const Console& console) {
  const auto prints = [](const SinkStep& sink) {
    for (const FieldSpec& field : sink.spec->fields) {
      if (field.name != "path") continue;
      const ConfigTree* path = sink.config.member(field.name);
      return path ? path->text == "-" : field.default_json == "\"-\"";
    }
    return false;
  };
  return console.live && !(console.out_live && std::any_of(plan.sinks.begin(), plan.sinks.end(), prints));
}

ProgressScreen::ProgressScreen(const Console& console, std::string title, Form form)
    : console_(&console),
      title_(std::move(title)),
      form_(form),
      above_lines_(std::make_unique<Above>(*this)),
      above_(std::make_unique<std::ostream>(above_lines_.get())) {}

ProgressScreen::~ProgressScreen() { clear(); }

void ProgressScreen::show(const Progress& progress, Duration elapsed) {
  constexpr std::uint64_t plain_every = 10;
  const std::lock_guard lock(mutex_);
  ++shown_;
  if (form_ == Form::screen) {
    take({elapsed, progress});
    drawn_ = true;
    redraw("");
  } else if (shown_ % plain_every == 0) {
    console_->err << plain_line(progress) << std::endl;
  }
}

void ProgressScreen::clear() {
  const std::lock_guard lock(mutex_);
  if (drawn_) console_->err << '\r' << erase_below << std::flush;
  drawn_ = false;
}

// Rates are those of the last ten seconds.
void ProgressScreen::take(const Sample& sample) {
  constexpr Duration window = std::chrono::seconds(10);
  samples_.push_back(sample);
  while (samples_.size() > 2 && sample.at - samples_[1].at >= window) samples_.pop_front();
}

// Each with its line break before it: the line above stays empty.
std::string ProgressScreen::lines() const {
  const Sample &first = samples_.front(), &last = samples_.back();
  const auto per_second = [&](std::uint64_t Progress::*count) {
    return samples_.size() < 2 ? std::nullopt : std::optional(rate(first.progress.*count, last.progress.*count, last.at - first.at));
  };
  std::string out;
  for (const std::string& line :
       {title_ + "  " + clock_text(last.at), number_line("admitted", last.progress.admitted, per_second(&Progress::admitted)),
        number_line("finished", last.progress.retired, per_second(&Progress::retired)), number_line("failed", last.progress.failed, {}),
        number_line("in flight", last.progress.active, {}), number_line("parked", last.progress.parked, {})})
    out += "\n" + line + std::string(erase_line);
  return out;
}

void ProgressScreen::redraw(std::string_view text_above) {
  if (!drawn_) {
    console_->err << text_above << std::flush;
    return;
  }
  const std::string screen = lines();
  const auto height = std::count(screen.begin(), screen.end(), '\n');
  std::string out(begin_drawing);
  out += '\r';
  out += text_above.empty() ? erase_line : erase_below;
  out += text_above;
  out += screen;
  out += erase_below;
  out += "\x1b[" + std::to_string(height) + "A\r";
  out += end_drawing;
  console_->err << out << std::flush;
}

}  // namespace headrace::cli
