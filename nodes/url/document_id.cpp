#include "nodes/url/document_id.hpp"

#include <xxhash.h>

namespace headrace {

std::string document_id(std::string_view identity) {
  XXH128_canonical_t bytes;  // big-endian, so that the text is the same on every machine
  XXH128_canonicalFromHash(&bytes, XXH3_128bits(identity.data(), identity.size()));
  static constexpr char digits[] = "0123456789abcdef";
  std::string out(2 * sizeof bytes.digest, '\0');
  char* to = out.data();
  for (const unsigned char byte : bytes.digest) *to++ = digits[byte >> 4], *to++ = digits[byte & 15];
  return out;
}

}  // namespace headrace
