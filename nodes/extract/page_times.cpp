#include "nodes/extract/page_times.hpp"

#include <algorithm>

#include "nodes/extract/page_date.hpp"
#include "nodes/extract/written_date.hpp"

namespace headrace {

namespace {

using namespace std::chrono;

constexpr std::size_t nodes_before = 200;      // of the headline, in which a date may stand ...
constexpr std::size_t nodes_after = 400;       // ... and behind it
constexpr std::size_t longest_dateline = 160;  // bytes; longer ones are sentences
constexpr std::size_t most_nodes = 40;         // of an element that is a dateline
constexpr std::size_t most_dates = 24;         // of elements

using Date = Found<Time>;

sys_days day_of(const Time& time) { return floor<days>(time.at); }

// The same day, or the next or last one where a zone may have moved one of them.
double agreement(const Time& a, const Time& b) {
  const auto apart = abs(day_of(a) - day_of(b));
  if (apart == days(0)) return 1;
  return apart == days(1) && a.day_only != b.day_only ? 0.8 : 0;
}

bool says_updated(std::string_view text) {
  const std::string low = lower_ascii(text);
  for (const std::string_view word : {"updated", "modified", "revised", "last edit", "aktualisiert", "mis à jour", "actualizado",
                                      "aggiornato", "atualizado", "bijgewerkt", "uppdaterad", "oppdatert", "обновлено"})
    if (low.find(word) != low.npos) return true;
  return false;
}

class TimeSearch {
 public:
  TimeSearch(const PageParts& parts, std::size_t headline) : parts_(parts), headline_(headline) {
    const std::string_view language = parts.page.size() ? html_language() : std::string_view{};
    month_first_ = language == "en" || language.empty() || language.starts_with("en-US") || language.starts_with("en-us");
  }

  PageTimes run() {
    read_declared();
    read_elements();
    if (const auto day = date_in_url(parts_.url)) add(published_, *day, "address", 2);
    if (published_.empty()) read_lines();
    PageTimes out{chosen(published_), chosen(modified_)};
    return out;
  }

 private:
  using Dates = std::vector<Date>;

  std::string_view html_language() const {
    for (std::size_t i = 0; i < parts_.page.size(); ++i)
      if (parts_.page[i].tag == Tag::html) return parts_.page[i].attribute("lang");
    return {};
  }

  static void add(Dates& dates, const Time& time, std::string source, double weight) {
    if (dates.size() < most_dates) dates.push_back({time, std::move(source), weight});
  }
  void add_meta(Dates& dates, std::initializer_list<std::string_view> names, double weight) {
    for (const std::string_view name : names)
      if (const auto* entry = parts_.meta.find({name}))
        if (const auto time = read_machine_date(entry->value)) return add(dates, *time, "meta " + entry->name, weight);
  }
  void add_json(Dates& dates, const std::optional<std::string>& text, const char* source) {
    if (!text) return;
    if (const auto time = read_machine_date(*text)) add(dates, *time, source, 3);
  }

  void read_declared() {
    add_meta(published_, {"article:published_time", "og:published_time", "og:article:published_time", "article:published"}, 3);
    add_json(published_, parts_.json.published, "JSON-LD datePublished");
    add_meta(published_,
             {"datepublished", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date",
              "article.published", "cxenseparse:recs:publishtime", "article_date_original", "originalpublicationdate", "date_published",
              "citation_publication_date", "citation_date", "pdate", "ptime", "publication_date", "displaydate"},
             2.5);
    add_meta(published_,
             {"dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date", "date", "created", "dcterms.issued"}, 1.8);
    add_meta(modified_, {"article:modified_time", "og:updated_time", "og:modified_time"}, 3);
    add_json(modified_, parts_.json.modified, "JSON-LD dateModified");
    add_meta(modified_, {"datemodified", "dcterms.modified", "dc.date.modified", "lastmod", "article.updated", "last-modified", "revised"},
             2);
  }

  // The text or attribute of an element that holds a date.
  std::optional<Time> time_of(std::size_t i) const {
    const HtmlNode& node = parts_.page[i];
    for (const auto name : std::initializer_list<AttributeName>{"datetime", "content", "data-datetime", "data-timestamp", "data-date",
                                                                "data-published", "data-time"})
      if (const auto value = node.attribute(name); !value.empty())
        if (const auto time = read_machine_date(value.substr(0, longest_dateline))) return time;
    if (node.tag == Tag::meta || node.end - i > most_nodes) return {};
    const std::string text = parts_.page.text_of(i, longest_dateline + 1);
    if (text.empty() || text.size() > longest_dateline) return {};
    const auto written = find_written_date(text, month_first_);
    return written ? std::optional(written->time) : std::nullopt;
  }

  static bool is_update_label(std::string_view text) {
    return text.size() <= longest_dateline && text.find_first_of("0123456789") == text.npos && says_updated(text);
  }
  // "Updated 4 May", and not "3 May, updated 4 May".
  bool says_updated_first(std::string_view text) const {
    const auto written = find_written_date(text, month_first_);
    return says_updated(text.substr(0, written ? written->begin : text.size()));
  }

  // By its marks and by what stands in it and just before it.
  bool is_updated(std::size_t i) const {
    const HtmlNode& node = parts_.page[i];
    const std::string_view property = node.attribute("itemprop");
    if (property == "dateModified") return true;
    if (property == "datePublished") return false;
    for (std::size_t k = i, level = 0; level < 3 && k > 0; k = parts_.page[k].parent, ++level)
      if (parts_.traits[k] & name_trait::updated && !(parts_.traits[k] & name_trait::date && level > 0)) return true;
    if (node.end - i <= most_nodes && says_updated_first(parts_.page.text_of(i, longest_dateline))) return true;
    for (std::size_t k = i; k-- > 0 && k + 4 > i;)
      if (parts_.page[k].tag == Tag::text && !squeezed(parts_.page[k].text).empty()) return is_update_label(parts_.page[k].text);
    return false;
  }

  // Which knows more than the text around it.
  bool holds_time_element(std::size_t i) const {
    if (parts_.page[i].tag == Tag::time || parts_.page[i].end - i > most_nodes) return false;
    for (std::size_t k = i + 1; k < parts_.page[i].end; ++k)
      if (parts_.page[k].tag == Tag::time && parts_.page[k].has_attribute("datetime")) return true;
    return false;
  }

  double weight_of(std::size_t i) const {
    const HtmlNode& node = parts_.page[i];
    const std::string_view property = node.attribute("itemprop");
    if (property == "datePublished" || property == "dateModified" || property == "dateCreated") return node.tag == Tag::meta ? 2.2 : 2;
    if (node.tag == Tag::time) return node.has_attribute("pubdate") ? 2 : 1.5;
    return parts_.traits[i] & (name_trait::date | name_trait::updated) ? 1 : 0;
  }

  void read_elements() {
    const std::size_t from = headline_ > nodes_before ? headline_ - nodes_before : 0;
    const std::size_t to = std::min(parts_.page.size(), headline_ + nodes_after);
    double nearness = 1;  // later ones are of other articles more often
    for (std::size_t i = from; i < to; ++i) {
      if (parts_.beside[i]) continue;
      const double weight = weight_of(i);
      if (weight == 0 || holds_time_element(i)) continue;
      const auto time = time_of(i);
      if (!time) continue;
      const bool updated = is_updated(i);
      add(updated ? modified_ : published_, *time, source_of(i), weight * nearness);
      if (!updated && i > headline_) nearness *= 0.7;
      if (parts_.page[i].end - i <= most_nodes) i = parts_.page[i].end - 1;
    }
  }
  std::string source_of(std::size_t i) const {
    const HtmlNode& node = parts_.page[i];
    if (const auto property = node.attribute("itemprop"); !property.empty()) return "itemprop " + std::string(property);
    return node.tag == Tag::time ? "time element" : "element named as a date";
  }

  // The first short line near the headline with a date in it.
  void read_lines() {
    const std::size_t to = std::min(parts_.page.size(), headline_ + nodes_after);
    for (std::size_t i = headline_ > nodes_before / 4 ? headline_ - nodes_before / 4 : 0; i < to; ++i) {
      if (parts_.beside[i] || parts_.page[i].tag != Tag::text || parts_.page[i].text.size() > longest_dateline) continue;
      const auto written = find_written_date(parts_.page[i].text, month_first_);
      if (!written || is_future(written->time)) continue;
      const bool updated = is_updated(i);
      add(updated ? modified_ : published_, written->time, "line near the headline", 0.8);
      if (!updated) return;
    }
  }

  // What is written in the text may be an appointment; machines know when the page was made.
  bool is_future(const Time& time) const {
    if (modified_.empty()) return false;
    return std::all_of(modified_.begin(), modified_.end(), [&](const Date& each) { return day_of(each.value) + days(1) < day_of(time); });
  }

  // By vote of the days; of the best day the most trusted source that knows the time of day.
  static std::optional<Date> chosen(const Dates& dates) {
    const Date* best = nullptr;
    double most = 0, all = 0;
    for (const Date& one : dates) {
      double votes = 0;
      for (const Date& other : dates) votes += (&other == &one ? 1 : 0.6) * other.confidence * agreement(one.value, other.value);
      all += one.confidence;
      if (votes > most + 1e-9) best = &one, most = votes;
    }
    if (!best) return {};
    Date out = *best;
    if (out.value.day_only)
      for (const Date& other : dates)
        if (!other.value.day_only && agreement(out.value, other.value) > 0) {
          out = other;
          break;
        }
    out.confidence = std::min(0.98, 0.3 + 0.4 * most / all + 0.1 * most);
    return out;
  }

  const PageParts& parts_;
  std::size_t headline_;
  bool month_first_ = false;
  Dates published_, modified_;
};

}  // namespace

PageTimes find_times(const PageParts& parts, std::size_t headline) { return TimeSearch(parts, headline).run(); }

}  // namespace headrace
