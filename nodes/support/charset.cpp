#include "nodes/support/charset.hpp"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace headrace {

namespace {

constexpr std::size_t declaration_limit = 1024;  // bytes in which a page must declare its charset
constexpr std::string_view name_characters = "abcdefghijklmnopqrstuvwxyz0123456789-_.:+";  // ICU reads options behind others
constexpr std::string_view replacement = "\xEF\xBF\xBD";

// ---- labels --------------------------------------------------------------------------------------------------------------

// The labels of the Encoding Standard that the web uses, by encoding. Sorted by use, not by name: the table is short.
struct Encoding {
  std::string_view name, icu_name;
  std::string_view labels;  // separated by blanks, besides the name itself
};
constexpr Encoding encodings[] = {
    {"utf-8", "", "utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8"},
    {"windows-1252", "",
     "cp1252 x-cp1252 iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 iso-ir-100 latin1 l1 ascii us-ascii ansi_x3.4-1968 cp819 "
     "ibm819 csisolatin1"},
    {"windows-1250", "windows-1250", "cp1250 x-cp1250"},
    {"windows-1251", "windows-1251", "cp1251 x-cp1251"},
    {"windows-1253", "windows-1253", "cp1253 x-cp1253"},
    {"windows-1254", "windows-1254",
     "cp1254 x-cp1254 iso-8859-9 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 iso-ir-148 latin5 l5 csisolatin5"},
    {"windows-1255", "windows-1255", "cp1255 x-cp1255"},
    {"windows-1256", "windows-1256", "cp1256 x-cp1256"},
    {"windows-1257", "windows-1257", "cp1257 x-cp1257"},
    {"windows-1258", "windows-1258", "cp1258 x-cp1258"},
    {"windows-874", "windows-874", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620"},
    {"iso-8859-2", "iso-8859-2", "iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 iso-ir-101 latin2 l2 csisolatin2"},
    {"iso-8859-3", "iso-8859-3", "iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 iso-ir-109 latin3 l3 csisolatin3"},
    {"iso-8859-4", "iso-8859-4", "iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 iso-ir-110 latin4 l4 csisolatin4"},
    {"iso-8859-5", "iso-8859-5", "iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988 iso-ir-144 cyrillic csisolatincyrillic"},
    {"iso-8859-6", "iso-8859-6", "iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987 iso-ir-127 arabic asmo-708 ecma-114 csisolatinarabic"},
    {"iso-8859-7", "iso-8859-7", "iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 iso-ir-126 greek greek8 elot_928 ecma-118 csisolatingreek"},
    {"iso-8859-8", "iso-8859-8", "iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 iso-ir-138 hebrew visual csisolatinhebrew"},
    {"iso-8859-8-i", "iso-8859-8", "logical csiso88598i"},
    {"iso-8859-10", "iso-8859-10", "iso8859-10 iso885910 iso-ir-157 latin6 l6 csisolatin6"},
    {"iso-8859-13", "iso-8859-13", "iso8859-13 iso885913"},
    {"iso-8859-14", "iso-8859-14", "iso8859-14 iso885914"},
    {"iso-8859-15", "iso-8859-15", "iso8859-15 iso885915 iso_8859-15 l9 csisolatin9"},
    {"koi8-r", "koi8-r", "koi koi8 koi8_r cskoi8r"},
    {"koi8-u", "koi8-u", "koi8-ru"},
    {"ibm866", "ibm-866", "866 cp866 csibm866"},
    {"macintosh", "macintosh", "mac x-mac-roman csmacintosh"},
    {"x-mac-cyrillic", "x-mac-cyrillic", "x-mac-ukrainian"},
    {"gbk", "gb18030", "gb2312 gb_2312 gb_2312-80 chinese x-gbk csgb2312 iso-ir-58 csiso58gb231280"},
    {"gb18030", "gb18030", ""},
    {"big5", "big5-hkscs", "big5-hkscs cn-big5 x-x-big5 csbig5"},
    {"shift_jis", "windows-31j", "shift-jis sjis x-sjis ms_kanji ms932 windows-31j csshiftjis"},
    {"euc-jp", "euc-jp", "x-euc-jp cseucpkdfmtjapanese"},
    {"iso-2022-jp", "iso-2022-jp", "csiso2022jp"},
    {"euc-kr", "windows-949", "korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949 iso-ir-149 cseuckr csksc56011987"},
    {"utf-16le", "utf-16le", "utf-16 ucs-2 unicode iso-10646-ucs-2 csunicode unicodefeff"},
    {"utf-16be", "utf-16be", "unicodefffe"},
};

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool has_word(std::string_view words, std::string_view wanted) {
  for (std::size_t at = words.find(wanted); at != words.npos; at = words.find(wanted, at + 1)) {
    const std::size_t end = at + wanted.size();
    if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' ')) return true;
  }
  return false;
}

const Encoding* find_encoding(std::string_view label) {
  const std::string wanted = lower_case(trimmed(label));
  if (wanted.empty() || wanted.find(' ') != wanted.npos) return nullptr;
  for (const Encoding& encoding : encodings)
    if (wanted == encoding.name || has_word(encoding.labels, wanted)) return &encoding;
  return nullptr;
}

// ---- what the page says --------------------------------------------------------------------------------------------------

std::string_view xml_declaration(std::string_view head) {
  head = trimmed(head);
  if (!head.starts_with("<?xml")) return {};
  head = head.substr(0, head.find('>'));
  std::size_t at = head.find("encoding");
  if (at == head.npos) return {};
  at = head.find_first_of("\"'", at);
  if (at == head.npos) return {};
  const std::size_t end = head.find(head[at], at + 1);
  return end == head.npos ? std::string_view{} : head.substr(at + 1, end - at - 1);
}

struct Attribute {
  std::string_view name, value;
};

// Reads the attribute at `at` and moves behind it; an empty name at the end of the tag.
Attribute next_attribute(std::string_view text, std::size_t& at) {
  const auto skip = [&](auto&& wanted) {
    while (at < text.size() && wanted(text[at])) ++at;
  };
  skip([](char c) { return is_space(c) || c == '/'; });
  Attribute out;
  const std::size_t name = at;
  skip([&](char c) { return !is_space(c) && c != '/' && c != '>' && (c != '=' || at == name); });
  out.name = text.substr(name, at - name);
  skip(is_space);
  if (at >= text.size() || text[at] != '=') return out;
  ++at;
  skip(is_space);
  if (at < text.size() && (text[at] == '"' || text[at] == '\'')) {
    const std::size_t end = std::min(text.find(text[at], at + 1), text.size());
    out.value = text.substr(at + 1, end - at - 1);
    at = std::min(end + 1, text.size());
  } else {
    const std::size_t value = at;
    skip([](char c) { return !is_space(c) && c != '>'; });
    out.value = text.substr(value, at - value);
  }
  return out;
}

// The charset that one meta element declares, its attributes beginning at `at`.
std::string_view meta_charset(std::string_view head, std::size_t& at) {
  std::string_view charset, content;
  bool is_content_type = false;
  while (true) {
    const Attribute attribute = next_attribute(head, at);
    if (attribute.name.empty()) break;
    const std::string name = lower_case(attribute.name);
    if (name == "charset") charset = attribute.value;
    else if (name == "content") content = attribute.value;
    else if (name == "http-equiv") is_content_type = lower_case(attribute.value) == "content-type";
  }
  if (!charset.empty()) return charset;
  return is_content_type ? charset_parameter(content) : std::string_view{};
}

std::string_view meta_declaration(std::string_view head) {
  for (std::size_t at = head.find('<'); at < head.size(); at = head.find('<', at)) {
    const std::string start = lower_case(head.substr(at, 6));
    if (start.starts_with("<!--")) {
      at = head.find("-->", at + 2);
      if (at == head.npos) return {};
    } else if (start.starts_with("<meta") && start.size() == 6 && (is_space(start[5]) || start[5] == '/')) {
      at += 6;
      if (const auto charset = meta_charset(head, at); find_encoding(charset)) return charset;
    } else if (start.size() > 1 && start[1] >= 'a' && start[1] <= 'z') {
      at = std::min(head.find_first_of(" \t\n\r\f/>", at), head.size());
      while (!next_attribute(head, at).name.empty()) {}  // a '>' in a quoted value does not end the tag
    } else {
      ++at;
    }
  }
  return {};
}

const Encoding* declared_encoding(std::string_view bytes, Markup markup) {
  const std::string_view head = bytes.substr(0, declaration_limit);
  std::string_view label = markup == Markup::html ? meta_declaration(head) : std::string_view{};
  if (label.empty()) label = xml_declaration(head);
  const Encoding* encoding = find_encoding(label);
  // A declaration that can be read byte by byte does not stand in UTF-16, whatever it says.
  return encoding && encoding->name.starts_with("utf-16") ? find_encoding("utf-8") : encoding;
}

// ---- decoding ------------------------------------------------------------------------------------------------------------

struct Attempt {
  std::string text;
  std::size_t good = 0, bad = 0;  // characters beyond ASCII that decoded, and sequences that did not
  bool cut = false;               // ends inside a character
};

// A few broken characters damage a text (a cut page, a bad advertisement); many say that the charset is another.
bool contradicted(const Attempt& attempt) { return attempt.bad > attempt.good; }

// From `at` past most of the ASCII that follows, eight bytes at a time.
std::size_t skip_ascii(std::string_view bytes, std::size_t at) {
  for (std::uint64_t word = 0; at + sizeof word <= bytes.size(); at += sizeof word) {
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if ((word & 0x8080808080808080) != 0) break;
  }
  return at;
}

Attempt decode_utf8(std::string_view bytes) {
  Attempt out;
  out.text.reserve(bytes.size());
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const std::size_t size = bytes.size();
  std::size_t kept = 0;  // what stands before it is in the text
  for (std::size_t at = skip_ascii(bytes, 0); at < size; at = skip_ascii(bytes, at)) {
    const std::size_t start = at;
    UChar32 c;
    U8_NEXT(data, at, size, c);
    out.good += c >= 0x80;
    if (c >= 0) continue;
    // A lead byte whose sequence runs into the end was cut off; it is not wrong.
    if (at == size && data[start] >= 0xC2 && data[start] <= 0xF4) out.cut = true;
    else ++out.bad;
    out.text.append(bytes, kept, start - kept) += replacement;
    kept = at;
  }
  out.text.append(bytes, kept);
  return out;
}

void append_utf8(std::string& out, UChar32 c) {
  std::uint8_t buffer[U8_MAX_LENGTH];
  std::size_t length = 0;
  U8_APPEND_UNSAFE(buffer, length, c);
  out.append(reinterpret_cast<const char*>(buffer), length);
}

// The standard maps all 256 bytes; those that Windows leaves open are the C1 controls of the same number.
Attempt decode_windows_1252(std::string_view bytes) {
  static constexpr std::array<char16_t, 32> high = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                                    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                                    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  Attempt out;
  out.text.reserve(bytes.size() + bytes.size() / 8);
  for (const char byte : bytes) {
    const auto c = static_cast<unsigned char>(byte);
    if (c < 0x80) out.text += byte;
    else append_utf8(out.text, c < 0xA0 ? high[c - 0x80] : c), ++out.good;
  }
  return out;
}

// ICU would write U+001A for some bad bytes; the standard wants U+FFFD for all.
void U_CALLCONV replace_bad_bytes(const void*, UConverterToUnicodeArgs* arguments, const char*, int32_t, UConverterCallbackReason reason,
                                  UErrorCode* error) {
  if (reason > UCNV_IRREGULAR) return;
  *error = U_ZERO_ERROR;
  constexpr UChar bad = 0xFFFD;
  ucnv_cbToUWriteUChars(arguments, &bad, 1, 0, error);
}

std::optional<Attempt> decode_with_icu(std::string_view bytes, std::string_view icu_name) {
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, void (*)(UConverter*)> converter(ucnv_open(std::string(icu_name).c_str(), &error), ucnv_close);
  if (U_FAILURE(error)) return std::nullopt;
  ucnv_setToUCallBack(converter.get(), replace_bad_bytes, nullptr, nullptr, nullptr, &error);
  Attempt out;
  std::u16string decoded;
  std::array<char16_t, 4096> buffer;
  const char* from = bytes.data();
  do {
    error = U_ZERO_ERROR;
    char16_t* to = buffer.data();
    ucnv_toUnicode(converter.get(), &to, buffer.data() + buffer.size(), &from, bytes.data() + bytes.size(), nullptr, true, &error);
    decoded.append(buffer.data(), to);
  } while (error == U_BUFFER_OVERFLOW_ERROR);
  if (U_FAILURE(error)) return std::nullopt;
  out.text.reserve(decoded.size() + decoded.size() / 2);
  for (std::size_t at = 0; at < decoded.size();) {
    UChar32 c;
    U16_NEXT_OR_FFFD(decoded.data(), at, decoded.size(), c);
    if (c == 0xFFFD) ++out.bad;
    else if (c >= 0x80) ++out.good;
    append_utf8(out.text, c);
  }
  return out;
}

std::optional<Attempt> decode_as(std::string_view bytes, const Encoding& encoding) {
  if (encoding.name == "utf-8") return decode_utf8(bytes);
  if (encoding.name == "windows-1252") return decode_windows_1252(bytes);
  return decode_with_icu(bytes, encoding.icu_name);
}

struct ByteOrderMark {
  const Encoding* encoding = nullptr;
  std::size_t size = 0;
};

ByteOrderMark byte_order_mark(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return {find_encoding("utf-8"), 3};
  if (bytes.starts_with("\xFE\xFF")) return {find_encoding("utf-16be"), 2};
  if (bytes.starts_with("\xFF\xFE")) return {find_encoding("utf-16le"), 2};
  // Markup in UTF-16 that lost its mark still begins with '<', half of it zero.
  if (bytes.starts_with(std::string_view("<\0?\0", 4)) || bytes.starts_with(std::string_view("<\0!\0", 4)))
    return {find_encoding("utf-16le"), 0};
  if (bytes.starts_with(std::string_view("\0<\0?", 4)) || bytes.starts_with(std::string_view("\0<\0!", 4)))
    return {find_encoding("utf-16be"), 0};
  return {};
}

DecodedText decoded(Attempt attempt, const Encoding& encoding) {
  return {std::move(attempt.text), std::string(encoding.name), attempt.bad > 0 || attempt.cut};
}

}  // namespace

std::string_view charset_parameter(std::string_view content_type) {
  const std::string lowered = lower_case(content_type);
  for (std::size_t at = lowered.find("charset"); at != lowered.npos; at = lowered.find("charset", at + 1)) {
    std::size_t from = at + 7;
    while (from < lowered.size() && is_space(lowered[from])) ++from;
    if (from >= lowered.size() || lowered[from] != '=') continue;
    do ++from;
    while (from < lowered.size() && is_space(lowered[from]));
    if (from >= lowered.size()) return {};
    const char quote = lowered[from];
    if (quote == '"' || quote == '\'') {
      const std::size_t end = lowered.find(quote, from + 1);
      return end == lowered.npos ? std::string_view{} : content_type.substr(from + 1, end - from - 1);
    }
    return content_type.substr(from, std::min(lowered.find_first_of("; \t\n\r\f", from), lowered.size()) - from);
  }
  return {};
}

std::optional<DecodedText> decode_charset(std::string_view bytes, std::string_view name) {
  const std::string wanted = lower_case(trimmed(name));
  if (wanted.empty() || wanted.size() > 40 || wanted.find_first_not_of(name_characters) != wanted.npos) return std::nullopt;
  const Encoding* known = find_encoding(wanted);
  auto attempt = known ? decode_as(bytes, *known) : decode_with_icu(bytes, wanted);
  if (!attempt || contradicted(*attempt)) return std::nullopt;
  return DecodedText{std::move(attempt->text), known ? std::string(known->name) : wanted, attempt->bad > 0 || attempt->cut};
}

DecodedText decode_text(std::string_view bytes, std::optional<std::string_view> content_type, Markup markup) {
  if (const auto mark = byte_order_mark(bytes); mark.encoding) {
    if (auto attempt = decode_as(bytes.substr(mark.size), *mark.encoding)) return decoded(std::move(*attempt), *mark.encoding);
  }
  Attempt utf8 = decode_utf8(bytes);
  // Text of another charset hardly ever happens to be UTF-8; servers that say ISO-8859-1 by habit are many.
  const bool surely_utf8 = utf8.good > 0 && utf8.bad == 0;
  const Encoding* candidates[] = {content_type ? find_encoding(charset_parameter(*content_type)) : nullptr,
                                  declared_encoding(bytes, markup)};
  for (const Encoding* candidate : candidates) {
    if (!candidate || candidate->name == "utf-8" || (candidate->name == "windows-1252" && surely_utf8)) {
      if (candidate && candidate->name == "utf-8" && !contradicted(utf8)) return decoded(std::move(utf8), *candidate);
      continue;
    }
    if (auto attempt = decode_as(bytes, *candidate); attempt && !contradicted(*attempt)) return decoded(std::move(*attempt), *candidate);
  }
  if (!contradicted(utf8)) return decoded(std::move(utf8), *find_encoding("utf-8"));
  return decoded(decode_windows_1252(bytes), *find_encoding("windows-1252"));
}

}  // namespace headrace
