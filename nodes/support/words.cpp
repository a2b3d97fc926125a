#include "nodes/support/words.hpp"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>

namespace headrace {

namespace {

enum class Part { none, letter, alone };

Part part_of(UChar32 c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? Part::letter : Part::none;
  if (c < 0 || !(U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK))) return Part::none;
  if (c < 0x0E00) return Part::letter;
  UErrorCode error = U_ZERO_ERROR;
  switch (uscript_getScript(c, &error)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR: return Part::alone;
    default: return Part::letter;
  }
}

std::string fold(std::string_view text) {
  std::string out;
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    out.assign(text);
    for (char& c : out)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
  }
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* folding = icu::Normalizer2::getNFKCCasefoldInstance(error);
  if (U_FAILURE(error)) return std::string(text);
  icu::StringByteSink<std::string> sink(&out);
  folding->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr, error);
  return out;
}

}  // namespace

Words::Words(std::string_view text, std::size_t max_bytes) : folded_(fold(text.substr(0, max_bytes))) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(folded_.data());
  const auto size = static_cast<std::uint32_t>(folded_.size());
  std::uint32_t begin = 0;
  bool inside = false;
  const auto end_word = [&](std::uint32_t end) {
    if (inside) spans_.push_back({begin, end - begin});
    inside = false;
  };
  for (std::uint32_t at = 0; at < size;) {
    const std::uint32_t start = at;
    UChar32 c;
    U8_NEXT(data, at, size, c);
    const Part part = part_of(c);
    if (part != Part::letter) end_word(start);
    if (part == Part::none) continue;
    if (!inside) begin = start;
    inside = true;
    if (part == Part::alone) end_word(at);
  }
  end_word(size);
}

}  // namespace headrace
