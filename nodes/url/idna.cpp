#include "nodes/url/idna.hpp"

#include <unicode/uidna.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

namespace headrace {

namespace {

const UIDNA* mapping() {
  static const UIDNA* const uts46 = [] {
    UErrorCode status = U_ZERO_ERROR;
    const UIDNA* opened = uidna_openUTS46(
        UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE, &status);
    return U_SUCCESS(status) ? opened : nullptr;
  }();
  return uts46;
}

// What the mapping table has changed since the Unicode version of ICU 72: letters that had no lower case when IDNA began are
// mapped instead of refused, the capital sharp s keeps its kind, and five ideographs follow their corrected decomposition.
struct Remapped {
  UChar32 first, last, to;
};
constexpr Remapped remapped[] = {
    {0x04C0, 0x04C0, 0x04CF},   {0x10A0, 0x10C5, 0x2D00},   {0x1E9E, 0x1E9E, 0x00DF},   {0x2132, 0x2132, 0x214E},
    {0x2183, 0x2183, 0x2184},   {0x2F868, 0x2F868, 0x36FC}, {0x2F874, 0x2F874, 0x5F53}, {0x2F91F, 0x2F91F, 0x243AB},
    {0x2F95F, 0x2F95F, 0x7AEE}, {0x2F9BF, 0x2F9BF, 0x45D7},
};

// Invalid UTF-8 becomes U+FFFD, which no domain may hold.
std::string with_later_mappings(std::string_view domain) {
  std::string out;
  out.reserve(domain.size() + 3);
  const auto size = static_cast<std::int32_t>(domain.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(domain.data(), at, size, c);
    for (const Remapped& each : remapped)
      if (c >= each.first && c <= each.last) c = each.to + (c - each.first);
    char bytes[U8_MAX_LENGTH];
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, c);
    out.append(bytes, static_cast<std::size_t>(length));
  }
  return out;
}

// "xn--" and "xn--abc-" stand for ASCII labels, which are written as they are.
bool has_needless_punycode(std::string_view domain) {
  for (;;) {
    const std::string_view label = domain.substr(0, domain.find('.'));
    if (label.starts_with("xn--") && label.ends_with('-')) return true;
    if (label.size() == domain.size()) return false;
    domain.remove_prefix(label.size() + 1);
  }
}

}  // namespace

std::optional<std::string> international_to_ascii(std::string_view domain) {
  // The standard asks for neither hyphen nor length checks.
  constexpr std::uint32_t allowed = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG | UIDNA_ERROR_DOMAIN_NAME_TOO_LONG |
                                    UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;
  if (!mapping()) return {};
  const std::string text = with_later_mappings(domain);
  std::string out(text.size() * 4 + 64, '\0');
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t size = uidna_nameToASCII_UTF8(mapping(), text.data(), static_cast<std::int32_t>(text.size()), out.data(),
                                                   static_cast<std::int32_t>(out.size()), &info, &status);
  if (U_FAILURE(status) || (info.errors & ~allowed) != 0 || static_cast<std::size_t>(size) > out.size()) return {};
  out.resize(static_cast<std::size_t>(size));
  if (has_needless_punycode(out)) return {};
  return out;
}

}  // namespace headrace
