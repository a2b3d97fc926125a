// The id of a document: 128-bit XXH3 of its canonical identity, as 32 hex digits, the same on every machine.
#pragma once
#include <string>
#include <string_view>

namespace headrace {

std::string document_id(std::string_view identity);

}  // namespace headrace
