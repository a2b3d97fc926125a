#include "nodes/url/canonical.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "nodes/url/host.hpp"
#include "nodes/url/percent.hpp"
#include "nodes/url/tracking.hpp"

namespace headrace {

namespace {

bool is_alphanumeric(unsigned char c) { return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'); }
bool is_unreserved(unsigned char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'; }
bool is_hex(unsigned char c) { return is_alphanumeric(c) && (c | 32) <= 'f'; }

// ---- escapes -----------------------------------------------------------------------------------------------------------

// Writes the escapes of a part of a URL in one way: in upper case, and none for unreserved characters.
class PlainEscapes {
 public:
  explicit PlainEscapes(std::string_view text, bool plus_for_space) : text_(text), plus_for_space_(plus_for_space) {
    out_.reserve(text.size());
  }

  std::string rewritten() {
    for (std::size_t at = 0;;) {
      const std::size_t mark = std::min(text_.find('%', at), text_.size());
      out_.append(text_, at, mark - at);
      if (mark == text_.size()) return std::move(out_);
      at = mark + take(mark);
    }
  }

 private:
  // What begins with the % at `mark`; gives its length.
  std::size_t take(std::size_t mark) {
    const auto byte = escape_at(text_, mark);
    if (!byte) {
      stray_ = out_.size();
      out_ += '%';
      return 1;
    }
    if (plus_for_space_ && *byte == ' ') out_ += '+';
    else if (is_unreserved(*byte) && !makes_escape(*byte)) out_ += static_cast<char>(*byte);
    else append_escape(out_, *byte);
    return 3;
  }

  // A digit right behind a stray % would make a new escape of it: "%%34%31" is not "%41".
  bool makes_escape(unsigned char byte) const {
    const std::size_t behind = out_.size() - stray_;
    return stray_ != std::string::npos && is_hex(byte) && (behind == 1 || (behind == 2 && is_hex(static_cast<unsigned char>(out_.back()))));
  }

  std::string_view text_;
  bool plus_for_space_;
  std::string out_;
  std::size_t stray_ = std::string::npos;  // where in out_ the last % stands that begins no escape
};

void rewrite_escapes(std::string& text, bool plus_for_space) {
  if (text.find('%') != std::string::npos) text = PlainEscapes(text, plus_for_space).rewritten();
}

// ---- queries ---------------------------------------------------------------------------------------------------------

struct Piece {
  std::string_view text;
  std::size_t name_size;
  std::string_view name() const { return text.substr(0, name_size); }
  std::string_view value() const { return text.substr(std::min(name_size + 1, text.size())); }
  bool operator<(const Piece& other) const { return std::tuple(name(), value()) < std::tuple(other.name(), other.value()); }
};

// Names are looked up decoded and in lower case; most are already.
bool is_tracking(std::string_view name, std::string_view host) {
  const auto needs_work = [](char c) { return c == '%' || c == '+' || (c >= 'A' && c <= 'Z'); };
  if (std::none_of(name.begin(), name.end(), needs_work)) return is_tracking_parameter(name, host);
  std::string decoded = form_decode(name);
  for (char& c : decoded)
    if (c >= 'A' && c <= 'Z') c |= 32;
  return is_tracking_parameter(decoded, host);
}

// The pieces that count, in the order of the query.
std::vector<Piece> pieces_of(std::string_view query, std::string_view host) {
  std::vector<Piece> out;
  while (!query.empty()) {
    const std::string_view text = query.substr(0, query.find('&'));
    const Piece piece{text, std::min(text.find('='), text.size())};
    if (!text.empty() && !is_tracking(piece.name(), host)) {
      if (out.empty()) out.reserve(8);
      out.push_back(piece);
    }
    query.remove_prefix(std::min(text.size() + 1, query.size()));
  }
  return out;
}

// Of the query that they would make.
std::size_t size_of(const std::vector<Piece>& pieces) {
  std::size_t size = pieces.size() - 1;
  for (const Piece& piece : pieces) size += piece.text.size();
  return size;
}

std::optional<std::string> joined(const std::vector<Piece>& pieces, std::size_t size) {
  if (pieces.empty()) return {};
  std::string out;
  out.reserve(size);
  for (const Piece& piece : pieces) {
    if (!out.empty()) out += '&';
    out += piece.text;
  }
  return out;
}

std::optional<std::string> safe_query(std::string query, std::string_view host) {
  rewrite_escapes(query, true);
  std::vector<Piece> pieces = pieces_of(query, host);
  const bool sorted = std::is_sorted(pieces.begin(), pieces.end());
  if (!sorted) std::stable_sort(pieces.begin(), pieces.end());
  else if (!pieces.empty() && size_of(pieces) == query.size()) return query;
  return joined(pieces, query.size());
}

}  // namespace

std::optional<Url> safe_form(Url url) {
  if (url.host.ends_with('.')) {
    while (url.host.ends_with('.')) url.host.pop_back();
    // Without its last dot a host may turn out to be an address: "1.." is "1".
    auto host = parse_host(url.host);
    if (!host) return {};
    url.host = *std::move(host);
  }
  url.username.clear();
  url.password.clear();
  rewrite_escapes(url.path, false);
  if (url.query) url.query = safe_query(*std::move(url.query), url.host);
  if (url.fragment && !url.fragment->starts_with('!')) url.fragment.reset();
  if (url.fragment) rewrite_escapes(*url.fragment, false);
  return url;
}

}  // namespace headrace
