#include "nodes/store/story_page.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/value/json.hpp"
#include "nodes/store/stories.hpp"
#include "nodes/store/story_page_style.hpp"

namespace headrace {

namespace {

constexpr std::size_t summary_bytes = 280, topics_shown = 3;
constexpr double least_topic = 0.2;  // weaker labels say little about a story

struct Story {
  const PageDocument* first = nullptr;
  std::vector<const PageDocument*> documents;
};

// Text between tags and inside quoted attributes.
std::string escaped(std::string_view text) {
  const bool readable = is_utf8(text);
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (c == '\'') out += "&#39;";
    else if (byte < ' ' || byte == 127) out += ' ';
    else if (byte >= 0x80 && !readable) out += '?';
    else out += c;
  }
  return out;
}

// The beginning of a text, up to the end of a word.
std::string clipped(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  std::size_t end = text.substr(0, bytes).find_last_of(" \n");
  if (end == std::string_view::npos || end < bytes / 2) {
    end = bytes;
    while (end > 0 && (text[end] & 0xC0) == 0x80) --end;  // no half characters
  }
  return std::string(text.substr(0, end)) + " \u2026";
}

bool is_web_link(std::string_view url) { return url.starts_with("http://") || url.starts_with("https://"); }

bool is_language(std::string_view tag) {
  return !tag.empty() && tag.size() <= 35 &&
         std::all_of(tag.begin(), tag.end(), [](unsigned char c) { return std::isalnum(c) || c == '-'; });
}

std::string language_attribute(const PageDocument& document) {
  return is_language(document.language) ? " lang=\"" + document.language + "\"" : "";
}

std::string linked(const PageDocument& document) {
  const std::string title = escaped(document.title);
  return is_web_link(document.url) ? "<a href=\"" + escaped(document.url) + "\">" + title + "</a>" : title;
}

// "3 March 2026, 06:40"
std::string readable(const Time& time) {
  static constexpr const char* months[] = {"January", "February", "March",     "April",   "May",      "June",
                                           "July",    "August",   "September", "October", "November", "December"};
  const std::string text = format_time(time);  // 2026-03-03T06:40:00Z
  const int month = std::clamp(std::stoi(text.substr(5, 2)), 1, 12), day = std::stoi(text.substr(8, 2));
  return std::to_string(day) + " " + months[month - 1] + " " + text.substr(0, 4) + (time.day_only ? "" : ", " + text.substr(11, 5));
}

std::string time_element(const PageDocument& document) {
  if (!document.published) return "";
  return "<time datetime=\"" + format_time(*document.published) + "\">" + readable(*document.published) + "</time>";
}

// The colour of a story without an image: any number that stays the same.
int hue_of(const std::string& id) {
  unsigned sum = 0;
  for (const unsigned char c : id) sum = sum * 31 + c;
  return static_cast<int>(sum % 360);
}

bool later(const PageDocument& a, const PageDocument& b) {
  if (a.published != b.published) return b.published < a.published;
  return a.id < b.id;
}

std::vector<Story> stories_of(const std::vector<PageDocument>& documents) {
  std::map<std::string_view, Story> by_id;
  for (const PageDocument& document : documents) by_id[document.story].documents.push_back(&document);
  std::vector<Story> stories;
  for (auto& [id, story] : by_id) {
    std::sort(story.documents.begin(), story.documents.end(),
              [](const auto* a, const auto* b) { return later(*b, *a); });  // as they came out
    const auto named =
        std::find_if(story.documents.begin(), story.documents.end(), [&, id = id](const auto* each) { return each->id == id; });
    story.first = named == story.documents.end() ? story.documents.front() : *named;
    stories.push_back(std::move(story));
  }
  std::sort(stories.begin(), stories.end(), [](const Story& a, const Story& b) {
    if (a.documents.size() != b.documents.size()) return a.documents.size() > b.documents.size();
    return later(*a.first, *b.first);
  });
  return stories;
}

class PageWriter {
 public:
  explicit PageWriter(const StoryPage& page) : page_(page) {}

  std::string write() {
    const std::vector<Story> stories = stories_of(page_.documents);
    const auto single = std::find_if(stories.begin(), stories.end(), [](const Story& story) { return story.documents.size() < 2; });
    head(stories);
    section("several", "Several reports", {stories.begin(), single});
    section("one", "One report", {single, stories.end()});
    if (stories.empty()) out_ += "<p class=\"nothing\">There are no stories yet.</p>\n";
    out_ +=
        "</main>\n<footer><p>Grouped by Headrace. Times are UTC. Headlines and pictures belong to their "
        "outlets.</p></footer>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  void head(const std::vector<Story>& stories) {
    const std::string title = escaped(page_.title);
    out_ +=
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
        "initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data: http: https:; style-src "
        "'unsafe-inline'\">\n<title>" +
        title + "</title>\n<style>\n" + std::string(story_page_style) +
        "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#stories\">To the stories</a>\n<header>\n<h1>" + title + "</h1>\n<p>" +
        counts(stories) + "</p>\n</header>\n<main id=\"stories\">\n";
  }

  std::string counts(const std::vector<Story>& stories) const {
    std::set<std::string> outlets;
    for (const PageDocument& document : page_.documents) outlets.insert(outlet_of(document.url));
    const auto of = [](std::size_t number, std::string one, const std::string& many) {
      return std::to_string(number) + " " + (number == 1 ? one : many);
    };
    std::string text = of(page_.documents.size(), "document", "documents") + " in " + of(stories.size(), "story", "stories") + " from " +
                       of(outlets.size(), "outlet", "outlets");
    const auto newest = std::max_element(page_.documents.begin(), page_.documents.end(),
                                         [](const auto& a, const auto& b) { return a.published < b.published; });
    if (newest != page_.documents.end() && newest->published) text += ", the newest of " + time_element(*newest);
    return text;
  }

  void section(const std::string& id, const std::string& title, const std::vector<Story>& stories) {
    if (stories.empty()) return;
    out_ +=
        "<section class=\"" + id + "\" aria-labelledby=\"" + id + "\">\n<h2 id=\"" + id + "\">" + title + "</h2>\n<div class=\"grid\">\n";
    for (const Story& story : stories) put(story);
    out_ += "</div>\n</section>\n";
  }

  void put(const Story& story) {
    const PageDocument& first = *story.first;
    out_ += "<article>\n";
    picture(story);
    out_ += "<div class=\"text\">\n";
    topics(story);
    out_ += "<h3" + language_attribute(first) + " dir=\"auto\">" + linked(first) + "</h3>\n";
    if (!first.summary.empty())
      out_ +=
          "<p class=\"summary\"" + language_attribute(first) + " dir=\"auto\">" + escaped(clipped(first.summary, summary_bytes)) + "</p>\n";
    if (story.documents.size() > 1) sources(story);
    else
      out_ += "<p class=\"source\"><span class=\"outlet\">" + escaped(outlet_of(first.url)) + "</span> " + time_element(first) + "</p>\n";
    out_ += "</div>\n</article>\n";
  }

  // The first one's, or that of the first that has one. Behind it a plain surface, for an image that cannot be loaded.
  void picture(const Story& story) {
    const auto shown = [](const PageDocument* each) { return each->image.starts_with("data:image/") || is_web_link(each->image); };
    auto found = shown(story.first) ? std::find(story.documents.begin(), story.documents.end(), story.first)
                                    : std::find_if(story.documents.begin(), story.documents.end(), shown);
    out_ += "<div class=\"picture\" style=\"--hue: " + std::to_string(hue_of(story.first->id)) + "\">";
    if (found != story.documents.end())
      out_ += "<img src=\"" + escaped((*found)->image) + "\" alt=\"" +
              escaped("Picture of " + outlet_of((*found)->url) + " with: " + (*found)->title) + "\" loading=\"lazy\">";
    out_ += "</div>\n";
  }

  void topics(const Story& story) {
    std::vector<Topic> all;
    for (const PageDocument* document : story.documents) all.insert(all.end(), document->topics.begin(), document->topics.end());
    all = mean_topics(all, story.documents.size());
    std::erase_if(all, [](const Topic& topic) { return topic.score < least_topic; });
    if (all.empty()) return;
    out_ += "<ul class=\"topics\" aria-label=\"Topics\">";
    for (std::size_t i = 0; i < std::min(all.size(), topics_shown); ++i) out_ += "<li>" + escaped(all[i].topic) + "</li>";
    out_ += "</ul>\n";
  }

  void sources(const Story& story) {
    out_ += "<ol class=\"sources\" aria-label=\"" + std::to_string(story.documents.size()) + " reports\">\n";
    for (const PageDocument* document : story.documents)
      out_ += "<li><span class=\"outlet\">" + escaped(outlet_of(document->url)) + "</span> " + time_element(*document) +
              "<span class=\"title\"" + language_attribute(*document) + " dir=\"auto\">" + linked(*document) + "</span></li>\n";
    out_ += "</ol>\n";
  }

  const StoryPage& page_;
  std::string out_;
};

}  // namespace

std::string story_page(StoryPage page) {
  std::sort(page.documents.begin(), page.documents.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return PageWriter(page).write();
}

std::string data_url(std::string_view media_type, std::string_view bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out = "data:" + std::string(media_type) + ";base64,";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t offset) { return i + offset < bytes.size() ? static_cast<unsigned char>(bytes[i + offset]) : 0u; };
    const unsigned three = at(0) << 16 | at(1) << 8 | at(2);
    for (int digit = 0; digit < 4; ++digit)
      out += i + static_cast<std::size_t>(digit) <= bytes.size() ? digits[three >> (18 - 6 * digit) & 63] : '=';
  }
  return out;
}

}  // namespace headrace
