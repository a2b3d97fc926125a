#include "nodes/poll/feed/feed_text.hpp"

#include <algorithm>

#include "nodes/poll/feed/charset_guess.hpp"
#include "nodes/poll/feed/entities.hpp"
#include "nodes/support/charset.hpp"

namespace headrace::feed {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t declaration_limit = 1024;

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

// What the first bytes give away: XML 1.0, appendix F, and the same for JSON.
struct Opening {
  std::string_view bytes;
  std::string_view charset;
  std::size_t mark;  // bytes of the byte order mark
};
constexpr Opening openings[] = {{"\0\0\xFE\xFF"sv, "utf-32be", 4}, {"\xFF\xFE\0\0"sv, "utf-32le", 4}, {"\xEF\xBB\xBF"sv, "utf-8", 3},
                                {"\xFE\xFF"sv, "utf-16be", 2},     {"\xFF\xFE"sv, "utf-16le", 2},     {"\0\0\0<"sv, "utf-32be", 0},
                                {"<\0\0\0"sv, "utf-32le", 0},      {"\0\0\0{"sv, "utf-32be", 0},      {"{\0\0\0"sv, "utf-32le", 0},
                                {"\0<"sv, "utf-16be", 0},          {"<\0"sv, "utf-16le", 0},          {"\0{"sv, "utf-16be", 0},
                                {"{\0"sv, "utf-16le", 0}};
constexpr std::string_view ebcdic_opening = "\x4C\x6F\xA7\x94"sv;  // "<?xm"

// The encoding that an XML declaration names; empty without one.
std::string_view declared_charset(std::string_view text) {
  text = trim(text.substr(0, declaration_limit));
  if (!text.starts_with("<?xml")) return {};
  text = text.substr(0, text.find('>'));
  const auto at = text.find("encoding");
  if (at == std::string_view::npos) return {};
  const auto quote = text.find_first_of("\"'", at);
  if (quote == std::string_view::npos) return {};
  const auto end = text.find(text[quote], quote + 1);
  return end == std::string_view::npos ? std::string_view() : trim(text.substr(quote + 1, end - quote - 1));
}

bool one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}
bool names_ascii(std::string_view charset) { return one_of(charset, {"us-ascii", "ascii", "ansi_x3.4-1968"}); }
bool names_latin1(std::string_view charset) {
  return one_of(charset, {"iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1", "windows-1252", "cp1252"});
}
bool names_wide(std::string_view charset) {
  return charset.starts_with("utf-16") || charset.starts_with("utf-32") || charset.starts_with("ucs-");
}

// Whether a media type allows its content to be XML or JSON. RFC 7303 knows several types that only end like it.
bool allows_feed(std::string_view content_type) {
  const std::string media = lower_case(trim(content_type.substr(0, content_type.find(';'))));
  return media.empty() || media.find("xml") != std::string::npos || media.find("json") != std::string::npos;
}

class FeedDecoder {
 public:
  FeedDecoder(std::string_view bytes, std::string_view content_type) : bytes_(bytes), content_type_(content_type) {}

  FeedText decode() {
    out_.repaired = !allows_feed(content_type_);
    if (!by_opening() && !by_name(charset_parameter(content_type_)) && !by_name(declared_charset(bytes_)) && !by_validity()) by_guess();
    restore_windows_1252(out_.text);
    return std::move(out_);
  }

 private:
  bool by_opening() {
    for (const Opening& each : openings)
      if (bytes_.starts_with(each.bytes) && take(decode_charset(bytes_.substr(each.mark), each.charset), each.charset)) return true;
    return bytes_.starts_with(ebcdic_opening) && by_ebcdic();
  }

  // The letters of a declaration are the same in all EBCDIC code pages; the rest of the document is not.
  bool by_ebcdic() {
    const auto head = decode_charset(bytes_.substr(0, declaration_limit), "ibm-037");
    const std::string declared = head ? lower_case(declared_charset(head->text)) : "";
    return (!declared.empty() && take(decode_charset(bytes_, declared), declared)) || take(decode_charset(bytes_, "ibm-037"), "ibm-037");
  }

  // Sometimes a server says ISO-8859-1 by habit; text of another charset hardly ever happens to be UTF-8. And a declaration
  // that can be read byte by byte does not stand in UTF-16.
  bool by_name(std::string_view name) {
    const std::string charset = lower_case(trim(name));
    if (charset.empty()) return false;
    const bool doubtful = names_ascii(charset) ? !ascii() : names_latin1(charset) ? utf8_beyond_ascii() : names_wide(charset);
    if (!doubtful && take(decode_charset(bytes_, charset), charset)) return true;
    out_.repaired = true;
    return false;
  }

  bool by_validity() {
    auto utf8 = decode_charset(bytes_, "utf-8");
    return utf8 && take(std::move(utf8), "utf-8");
  }

  // XML without a declaration is UTF-8: what is not breaks the rules.
  void by_guess() {
    out_.repaired = true;
    if (const auto charset = guess_charset(bytes_); !charset.empty() && take(decode_charset(bytes_, charset), charset)) return;
    take(decode_charset(bytes_, "windows-1252"), "windows-1252");
  }

  bool take(std::optional<DecodedText> decoded, std::string_view charset) {
    if (!decoded) return false;
    out_.text = std::move(decoded->text);
    out_.encoding = charset;
    out_.repaired |= decoded->damaged;
    return true;
  }

  bool ascii() const {
    return std::all_of(bytes_.begin(), bytes_.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  }
  bool utf8_beyond_ascii() const {
    const auto utf8 = decode_charset(bytes_, "utf-8");
    return utf8 && !utf8->damaged && !ascii();
  }

  std::string_view bytes_, content_type_;
  FeedText out_;
};

}  // namespace

FeedText decode_feed(std::string_view bytes, std::optional<std::string_view> content_type) {
  return FeedDecoder(bytes, content_type.value_or("")).decode();
}

}  // namespace headrace::feed
