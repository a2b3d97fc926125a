#include "nodes/poll/feed/charset_guess.hpp"

#include <unicode/ucsdet.h>

#include <memory>

namespace headrace::feed {

namespace {

constexpr std::size_t sample = 64 << 10;

// What ICU's detector finds, how sure it has to be of it, and the charset that feeds mean by it: the Windows one, which has
// all characters of the ISO one. Latin charsets are left out: they look too much like each other.
struct Candidate {
  std::string_view detected;
  int confidence;
  std::string_view charset;
};
constexpr Candidate candidates[] = {{"EUC-KR", 90, "euc-kr"},
                                    {"GB18030", 90, "gb18030"},
                                    {"Big5", 90, "big5"},
                                    {"Shift_JIS", 90, "shift_jis"},
                                    {"EUC-JP", 90, "euc-jp"},
                                    {"ISO-2022-JP", 50, "iso-2022-jp"},
                                    {"KOI8-R", 30, "koi8-r"},
                                    {"windows-1251", 30, "windows-1251"},
                                    {"ISO-8859-5", 30, "iso-8859-5"},
                                    {"ISO-8859-6", 30, "windows-1256"},
                                    {"windows-1256", 30, "windows-1256"},
                                    {"ISO-8859-7", 30, "windows-1253"},
                                    {"windows-1253", 30, "windows-1253"},
                                    {"ISO-8859-8", 70, "windows-1255"},
                                    {"ISO-8859-8-I", 70, "windows-1255"},
                                    {"windows-1255", 70, "windows-1255"}};

std::string_view charset_of(std::string_view detected, int confidence) {
  for (const Candidate& each : candidates)
    if (each.detected == detected && confidence >= each.confidence) return each.charset;
  return {};
}

bool latin(std::string_view detected) {
  return detected == "ISO-8859-1" || detected == "ISO-8859-2" || detected == "ISO-8859-9" || detected.starts_with("windows-1252") ||
         detected == "windows-1250" || detected == "windows-1254";
}

}  // namespace

std::string guess_charset(std::string_view bytes) {
  bytes = bytes.substr(0, sample);
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, void (*)(UCharsetDetector*)> detector(ucsdet_open(&error), ucsdet_close);
  ucsdet_enableInputFilter(detector.get(), true);  // tags are ASCII and say nothing
  ucsdet_setText(detector.get(), bytes.data(), static_cast<int32_t>(bytes.size()), &error);
  int32_t found = 0;
  const UCharsetMatch** matches = ucsdet_detectAll(detector.get(), &found, &error);
  if (U_FAILURE(error)) return {};
  for (int32_t i = 0; i < found; ++i) {
    const std::string_view name = ucsdet_getName(matches[i], &error);
    if (latin(name)) return {};
    if (const auto charset = charset_of(name, ucsdet_getConfidence(matches[i], &error)); !charset.empty()) return std::string(charset);
  }
  return {};
}

}  // namespace headrace::feed
