#include "nodes/extract/lead_image.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace headrace {

namespace {

constexpr std::size_t nodes_before = 100;      // of the headline, in which the first picture may stand ...
constexpr std::size_t nodes_after = 600;       // ... and behind it
constexpr std::size_t longest_address = 4000;  // bytes
constexpr int least_side = 200;                // pixels of a picture worth showing

// Words of a file name, whole or joined by punctuation: what is called so shows nothing of the article.
bool shows_nothing(std::string_view address) {
  if (address.size() > longest_address) return true;
  constexpr std::size_t most_words = 4;  // "coast-logo.png"; "coast-logo-on-the-new-ferry.jpg" is a photograph
  static constexpr auto words = std::to_array<std::string_view>(
      {"1x1",  "avatar", "avatars", "blank",  "button",      "default", "favicon", "gravatar", "icon",    "icons",    "loading",
       "logo", "logos",  "pixel",   "pixels", "placeholder", "spacer",  "spinner", "sprite",   "sprites", "tracking", "transparent"});
  static_assert(std::is_sorted(words.begin(), words.end()));
  const std::string low = lower_ascii(address.substr(0, address.find_first_of("?#")));
  if (low.ends_with(".ico") || low.find("gravatar.com/") != low.npos) return true;
  const std::size_t file = low.rfind('/') == low.npos ? 0 : low.rfind('/') + 1;
  std::size_t count = 0;
  bool found = false;
  for (std::size_t at = file; at < low.size(); ++count) {
    const std::size_t end = std::min(low.find_first_of("-_./ ", at), low.size());
    found = found || std::binary_search(words.begin(), words.end(), std::string_view(low).substr(at, end - at));
    at = end + 1;
  }
  return found && count <= most_words;
}

// In a page's body these are mostly icons; one that the page declares as its image is what it says.
bool is_drawing(std::string_view address) { return lower_ascii(address.substr(0, address.find_first_of("?#"))).ends_with(".svg"); }

// A side in pixels, where the page gives it.
std::optional<int> side(const HtmlNode& image, AttributeName name) {
  const std::string_view text = image.attribute(name);
  int out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  return read.ec == std::errc() ? std::optional(out) : std::nullopt;
}

// The largest of "a.jpg 320w, b.jpg 640w"; addresses may hold commas.
std::string_view largest_of(std::string_view set) {
  std::string_view best;
  double most = -1;
  while (!set.empty()) {
    set.remove_prefix(std::min(set.find_first_not_of(" ,\n\t"), set.size()));
    const std::size_t end = std::min(set.find_first_of(" \n\t"), set.size());
    std::string_view address = set.substr(0, end);
    const std::size_t next = std::min(set.find(',', end), set.size());
    std::string_view size = set.substr(end, next - end);
    size.remove_prefix(std::min(size.find_first_not_of(" \n\t"), size.size()));
    double width = 0;
    std::from_chars(size.data(), size.data() + size.size(), width);
    while (address.ends_with(',')) address.remove_suffix(1);
    if (width > most && !address.empty()) best = address, most = width;
    set.remove_prefix(next);
  }
  return best;
}

std::string_view address_of(const HtmlNode& image) {
  for (const auto name : std::initializer_list<AttributeName>{"data-srcset", "srcset"})
    if (const auto best = largest_of(image.attribute(name)); !best.empty() && !best.starts_with("data:")) return best;
  for (const auto name : std::initializer_list<AttributeName>{"data-src", "data-original", "data-lazy-src", "src"})
    if (const auto address = image.attribute(name); !address.empty() && !address.starts_with("data:")) return address;
  return {};
}

bool worth_showing(const HtmlNode& image) {
  const auto width = side(image, "width"), height = side(image, "height");
  return (!width || *width >= least_side) && (!height || *height >= least_side / 2);
}

// The first large picture near the headline; one without any size counts when its address is a photograph's.
std::optional<Found<std::string>> first_in_body(const PageParts& parts, std::size_t headline) {
  const std::size_t to = std::min(parts.page.size(), headline + nodes_after);
  for (std::size_t i = headline > nodes_before ? headline - nodes_before : 0; i < to; ++i) {
    const HtmlNode& node = parts.page[i];
    if (node.tag != Tag::img || parts.beside[i] || !worth_showing(node)) continue;
    const std::string_view address = address_of(node);
    if (address.empty() || shows_nothing(address) || is_drawing(address) || parts.traits[i] & (name_trait::not_name | name_trait::byline))
      continue;
    const std::string low = lower_ascii(address);
    const bool photograph = side(node, "width") || low.find(".jp") != low.npos || low.find(".webp") != low.npos;
    if (!photograph) continue;
    if (auto url = absolute_url(address, parts.url)) return Found<std::string>{std::move(*url), "first large picture", 0.5};
  }
  return {};
}

}  // namespace

std::optional<Found<std::string>> find_lead_image(const PageParts& parts, std::size_t headline) {
  std::optional<Found<std::string>> out;
  const auto take = [&](const std::optional<std::string>& address, std::string source, double confidence) {
    if (out || !address || shows_nothing(*address)) return;
    if (auto url = absolute_url(*address, parts.url)) out = {std::move(*url), std::move(source), confidence};
  };
  for (const std::string_view name : {"og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"})
    take(parts.meta.value({name}), "meta " + std::string(name), 0.9);
  take(parts.json.image, "JSON-LD image", 0.85);
  for (const std::string_view name : {"image", "thumbnail", "sailthru.image.full", "parsely-image-url"})
    take(parts.meta.value({name}), "meta " + std::string(name), 0.7);
  take(parts.meta.link("image_src"), "link image_src", 0.7);
  for (std::size_t i = 0; i < parts.page.size() && !out; ++i)
    if (parts.page[i].tag == Tag::img && parts.page[i].attribute("itemprop") == "image" && !parts.beside[i])
      take(std::string(address_of(parts.page[i])), "itemprop image", 0.8);
  return out ? out : first_in_body(parts, headline);
}

}  // namespace headrace
