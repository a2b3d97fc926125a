// Sink `print_stories`: keeps the stories of a run in memory and prints them as a table when the run has ended.
//
//   screen: {node: print_stories, in: {document_id: canonical.document_id, url: page.url, title: [article.title, entry.title]}}
//
// The text depends on the documents alone, not on the order in which they came: large stories first, then by headline. It
// fits 100 columns and shows neither ids nor ports, so that two runs of the demo show the same.
#include <algorithm>
#include <cstdio>

#include "core/node.hpp"
#include "core/state/append_file.hpp"
#include "nodes/keys.hpp"
#include "nodes/store/stories.hpp"

namespace headrace {

namespace {

constexpr std::size_t headline_width = 54, topics_width = 38, outlet_width = 28, title_width = 62, topics_shown = 3;

struct Document {
  std::string id, outlet, title;
  std::vector<Topic> topics;
};

struct Story {
  std::string headline;  // of its first document
  std::vector<Document> documents;
};

bool starts_character(char byte) { return (byte & 0xC0) != 0x80; }  // in UTF-8
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

// Exactly `width` characters, or fewer when `pad` is false.
std::string fitted(std::string text, std::size_t width, bool pad) {
  std::size_t have = characters(text);
  if (have > width) {
    while (have >= width) {
      have -= starts_character(text.back());
      text.pop_back();
    }
    text += "\u2026";
    ++have;
  }
  if (pad) text.append(width - have, ' ');
  return text;
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 127; }, ' ');
  return text;
}

// The mean score of each topic over the documents of a story, best first, as many as there is room for.
std::string topics_of(const Story& story) {
  std::vector<Topic> all;
  for (const Document& document : story.documents) all.insert(all.end(), document.topics.begin(), document.topics.end());
  const std::vector<Topic> topics = mean_topics(all, story.documents.size());
  std::string text;
  for (std::size_t i = 0; i < std::min(topics.size(), topics_shown); ++i) {
    char score[16];
    std::snprintf(score, sizeof score, " %.2f", topics[i].score);
    const std::string next = (i ? ", " : "") + one_line(topics[i].topic) + score;
    if (i > 0 && characters(text + next) > topics_width) break;  // whole topics only
    text += next;
  }
  return text;
}

std::string padded_number(std::size_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  return std::string(width - std::min(width, digits.size()), ' ') + digits;
}

void put_line(std::string& text, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  text += line + '\n';
}

void put_story(std::string& text, const Story& story) {
  put_line(text, padded_number(story.documents.size(), 4) + "  " + fitted(story.headline, headline_width, true) + "  " +
                     fitted(topics_of(story), topics_width, false));
  for (const Document& document : story.documents)
    put_line(text, "        " + fitted(document.outlet, outlet_width, true) + "  " + fitted(document.title, title_width, false));
}

class PrintStories {
 public:
  struct Config {
    Path path{"-"};
    static constexpr auto fields() { return std::tuple(field("path", &Config::path, "Where the table goes. '-' is standard output.")); }
  };
  static constexpr std::array<std::string_view, 1> errors() { return {"sink_failed"}; }

  explicit PrintStories(Config config) : file_(std::move(config.path.text)) {}

  void operator()(In<"document_id"> id, In<"url"> url, Opt<"title"> title, Opt<"topics"> topics, In<"story"> story) {
    Document document{*id, outlet_of(*url), title ? one_line(*title) : "(untitled)", topics ? *topics : std::vector<Topic>()};
    stories_[story->story].insert_or_assign(*id, std::move(document));  // a repeat changes nothing
  }

  void close() {
    if (!closed_) file_.append(render());
    closed_ = true;
    file_.flush();
  }

 private:
  std::vector<Story> sorted() const {
    std::vector<Story> all;
    for (const auto& [story_id, documents] : stories_) {
      Story story;
      for (const auto& [id, document] : documents) story.documents.push_back(document);
      std::sort(story.documents.begin(), story.documents.end(),
                [](const Document& a, const Document& b) { return std::tie(a.outlet, a.title) < std::tie(b.outlet, b.title); });
      const auto first = documents.find(story_id);
      story.headline = first == documents.end() ? story.documents.front().title : first->second.title;
      all.push_back(std::move(story));
    }
    std::sort(all.begin(), all.end(), [](const Story& a, const Story& b) {
      if (a.documents.size() != b.documents.size()) return a.documents.size() > b.documents.size();
      return std::tie(a.headline, a.documents.front().outlet) < std::tie(b.headline, b.documents.front().outlet);
    });
    return all;
  }

  std::string render() const {
    std::size_t documents = 0;
    for (const auto& [id, story] : stories_) documents += story.size();
    std::string text;
    put_line(text, "size  " + fitted("story", headline_width, true) + "  topics");
    for (const Story& story : sorted()) put_story(text, story);
    put_line(text, std::to_string(documents) + " documents in " + std::to_string(stories_.size()) + " stories");
    return text;
  }

  AppendFile file_;
  std::map<std::string, std::map<std::string, Document>> stories_;  // by story, then by document
  bool closed_ = false;
};

HEADRACE_NODE(PrintStories, "print_stories", "Prints the stories of a run when it has ended.")

}  // namespace
}  // namespace headrace
