#include "nodes/label/page/page_features.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_set>

#include "nodes/label/page/page_outline.hpp"
#include "nodes/label/page/text_shape.hpp"
#include "nodes/poll/link/link_features.hpp"
#include "nodes/support/words.hpp"

namespace headrace {
namespace {

constexpr std::size_t most_features = 1000, most_words = 400, longest_text = 16 << 10, longest_title = 512;
// A page has hundreds of words and some forty numbers. Together the words count for less than the numbers, so that what is learnt
// of some sites helps with others, which use other words.
constexpr float weight_of_numbers = 0.5F, weight_of_link = 0.5F;
constexpr double weight_of_words = 2.5;

int whole(double number) { return static_cast<int>(number); }
// In steps that double: 0 is none, 1 below one in 512, 10 the half and more.
int share(double part) { return part <= 0 ? 0 : std::bit_width(static_cast<unsigned>(1 + 1024 * std::min(part, 1.0))) - 1; }
int share(std::size_t part, std::size_t all) { return share(all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all)); }
int eighths(double part) { return whole(8 * part); }
int count(std::size_t number) { return static_cast<int>(std::bit_width(number + 1)) - 1; }

// A number counts with all below it, so that what is learnt of one helps with its neighbours: sites differ, but by degrees.
void add_level(FeatureCollector& out, std::string_view kind, int level) {
  if (level == 0) out.add(kind, "none");
  for (int i = 1; i <= level; ++i) out.add(kind, "from " + std::to_string(i));
}

void add_shape(FeatureCollector& out, const TextShape& shape) {
  const auto words = static_cast<double>(std::max<std::size_t>(shape.words, 1));
  add_level(out, "text words ", count(shape.words));
  if (shape.words == 0) return;
  add_level(out, "different words ", whole(std::min(2 * static_cast<double>(shape.different_words) / std::sqrt(words), 40.0)));
  add_level(out, "commonest word ", whole(std::min(100 * shape.commonest_word, 20.0)));
  add_level(out, "commonest pair ", whole(std::min(100 * shape.commonest_pair, 20.0)));
  add_level(out, "repeated pairs ", eighths(shape.repeated_pairs));
  add_level(out, "short words ", whole(10 * shape.short_words));
  add_level(out, "word bytes ", whole(std::min(shape.word_bytes, 20.0)));
  add_level(out, "words of a sentence ", whole(std::min(words / static_cast<double>(shape.sentences + 1) / 4, 15.0)));
  add_level(out, "words of a line ", count(shape.words / std::max<std::size_t>(shape.lines, 1)));
  add_level(out, "lines ", count(shape.lines));
  add_level(out, "repeated lines ", eighths(shape.repeated_lines));
  add_level(out, "lines without an end ", eighths(shape.open_lines));
  add_level(out, "capitals ", whole(20 * shape.capitals));
  add_level(out, "digits ", share(shape.digits));
  add_level(out, "exclamation marks ", share(shape.exclamations, shape.sentences + 1));
  add_level(out, "question marks ", share(shape.questions, shape.sentences + 1));
  add_level(out, "amounts ", share(shape.amounts, shape.words));
  add_level(out, "bullets ", share(shape.bullets, shape.words));
  add_level(out, "addresses ", share(shape.addresses, shape.words));
  add_level(out, "symbols ", share(shape.symbols, shape.words));
}

// Who writes for a search engine says again and again what the title says.
void add_title_in_text(FeatureCollector& out, const Words& words, std::string_view title) {
  const Words titles(title, longest_title);
  std::unordered_set<std::string_view> wanted;
  for (std::size_t i = 0; i < titles.size(); ++i)
    if (titles[i].size() > 3) wanted.insert(titles[i]);
  std::unordered_set<std::string_view> found;
  std::size_t times = 0;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (wanted.count(words[i]) != 0) ++times, found.insert(words[i]);
  add_level(out, "title in text ", share(times, words.size()));
  if (wanted.empty()) return;
  add_level(out, "title words in text ", eighths(static_cast<double>(found.size()) / static_cast<double>(wanted.size())));
}

void add_article(FeatureCollector& out, const Article& article) {
  out.add("article ", article.authors.empty() ? "without authors" : "with authors");
  out.add("article ", article.published ? "with a date" : "without a date");
  out.add("article ", article.publisher ? "with a publisher" : "without a publisher");
  out.add("article ", article.image ? "with an image" : "without an image");
  out.add("article ", article.description ? "with a teaser" : "without a teaser");
  out.add("article ", article.title ? "with a title" : "without a title");
}

void add_outline(FeatureCollector& out, const PageOutline& outline, const Page& page, std::size_t text_size) {
  add_level(out, "page bytes ", count(page.body.data.size()));
  add_level(out, "page text ", count(outline.text));
  add_level(out, "article of page ", share(text_size, outline.text));
  add_level(out, "links ", count(outline.links));
  add_level(out, "links of text ", share(10 * outline.links, outline.text));
  add_level(out, "linked text ",
            eighths(outline.text == 0 ? 0 : static_cast<double>(outline.linked_text) / static_cast<double>(outline.text)));
  add_level(out, "foreign hosts ", count(outline.foreign_hosts));
  add_level(out, "foreign links ", share(outline.foreign_links, outline.links));
  add_level(out, "paid links ", share(outline.paid_links, outline.links));
  add_level(out, "paragraphs ", count(outline.paragraphs));
  add_level(out, "images ", count(outline.images));
  add_level(out, "scripts ", count(outline.scripts));
  add_level(out, "frames ", count(outline.frames));
  add_level(out, "forms ", count(outline.forms));
  add_level(out, "fields ", count(outline.fields));
  add_level(out, "hidden ", count(outline.hidden));
  add_level(out, "redirects ", count(page.redirects ? page.redirects->size() : 0));
  if (outline.sends_away) out.add("page ", "sends away");
  if (outline.not_indexed) out.add("page ", "asks not to be indexed");
}

void add_words(FeatureCollector& out, const Words& words) {
  std::unordered_set<std::string_view> different;
  for (std::size_t i = 0; i < words.size() && different.size() < most_words; ++i) different.insert(words[i]);
  out.weigh(static_cast<float>(weight_of_words / std::sqrt(static_cast<double>(std::max<std::size_t>(different.size(), 16)))));
  const std::size_t end = out.size() + different.size();
  for (std::size_t i = 0; i < words.size() && out.size() < end; ++i) out.add("word ", words[i]);
}

}  // namespace

HashedFeatures page_features(const PageContent& content, FeatureNames names) {
  FeatureCollector out(most_features, names);
  out.add("every page", "");
  const auto view = [](const std::optional<std::string>& text) { return text ? std::string_view(*text) : std::string_view(); };
  const std::string_view title = content.article ? view(content.article->title) : std::string_view();
  const std::string_view text = content.article ? view(content.article->text) : std::string_view();
  const Words words(text, longest_text);
  out.weigh(weight_of_numbers);
  if (content.article) {
    add_shape(out, TextShape(words, text.substr(0, longest_text)));
    add_title_in_text(out, words, title);
    add_article(out, *content.article);
  }
  if (content.page) add_outline(out, outline_of(content.page->body.data, content.page->url), *content.page, text.size());
  add_words(out, words);
  out.weigh(weight_of_link);
  if (!content.identity.empty() || !title.empty()) add_link_features(out, {content.identity, title});
  return out.take();
}

}  // namespace headrace
