// Sink `write_story_page`: the stories of a run as one HTML file, to be opened by its path.
//
//   page_of_stories:
//     node: write_story_page
//     path: out/stories.html
//     in: {document_id: canonical.document_id, url: page.url, title: [article.title, entry.title]}
//     flush: {records: 200, every: 2s}
//
// With the key `picture` (see fetch_image) images are in the file itself, so that it can be read when the outlets cannot be
// reached; other images are named by their URL. The page is made anew at every flush, beside the old one, and takes its place
// at once: a reader never sees half of it. It shows the newest `max_documents` of this run; their order of arrival changes
// nothing. A restart begins a new page.
#include <array>
#include <filesystem>
#include <fstream>
#include <set>

#include "core/node.hpp"
#include "nodes/keys.hpp"
#include "nodes/store/stories.hpp"
#include "nodes/store/story_page.hpp"

namespace headrace {

namespace {

namespace fs = std::filesystem;

// What a browser shows in an <img> element; there an SVG image runs no script and loads nothing.
constexpr std::array<std::string_view, 6> image_types = {"image/svg+xml", "image/png",  "image/jpeg",
                                                         "image/gif",     "image/webp", "image/avif"};

std::string_view image_type_of(const Picture& picture) {
  const std::string_view given = picture.content_type;
  const auto known = std::find(image_types.begin(), image_types.end(), given.substr(0, given.find_first_of("; ")));
  return known == image_types.end() ? std::string_view() : *known;
}

std::string image_of(const Article* article, const Picture* picture, std::uint64_t embedded_bytes) {
  if (picture && picture->body.size() > 0 && picture->body.size() <= embedded_bytes)
    if (const std::string_view type = image_type_of(*picture); !type.empty()) return data_url(type, picture->body);
  return article && article->image ? *article->image : std::string();
}

[[noreturn]] void fail(const std::string& what, const std::string& path, const std::error_code& error) {
  throw NodeError("sink_failed", what + " " + path + (error ? ": " + error.message() : ""));
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) fail("cannot write", path, {errno, std::generic_category()});
}

// A device or a pipe cannot be replaced, and must not be.
void replace_file(const std::string& path, const std::string& text) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) return write_file(path, text);
  write_file(path + ".new", text);
  fs::rename(path + ".new", path, error);
  if (error) fail("cannot replace", path, error);
}

class WriteStoryPage {
 public:
  struct Config {
    Path path;
    std::string title = "Stories";
    std::uint32_t max_documents = 1000;
    ByteSize embed{64u << 10};
    static constexpr auto fields() {
      return std::tuple(field("path", &Config::path, "The HTML file; its folder is made.", required()),
                        field("title", &Config::title, "Of the page."),
                        field("max_documents", &Config::max_documents, "Shown at most; the newest stay.", in_range(1, 100'000)),
                        field("embed", &Config::embed, "A larger picture is named by its URL instead."));
    }
  };
  static constexpr std::array<std::string_view, 1> errors() { return {"sink_failed"}; }

  explicit WriteStoryPage(Config config) : config_(std::move(config)) {
    const fs::path folder = fs::path(config_.path.text).parent_path();
    std::error_code error;
    if (!folder.empty()) fs::create_directories(folder, error);
    if (error) fail("cannot make the folder of", config_.path.text, error);
    if (fs::is_directory(config_.path.text)) throw NodeError("sink_failed", config_.path.text + " is a folder");
  }

  void operator()(In<"document_id"> id, In<"url"> url, In<"story"> story, Opt<"title"> title, Opt<"topics"> topics, Opt<"article"> article,
                  Opt<"picture"> picture) {
    PageDocument document;
    document.id = *id;
    document.story = story->story;
    document.url = *url;
    document.title = title ? *title : "(untitled)";
    if (topics) document.topics = *topics;
    if (article) describe(document, *article);
    document.image = image_of(article ? &*article : nullptr, picture ? &*picture : nullptr, config_.embed.bytes);
    put(std::move(document));
  }

  void flush() {
    if (changed_) write();
  }
  void close() {
    if (changed_ || !written_) write();
  }

  std::string last_word() const {
    std::set<std::string_view> stories;
    for (const auto& [id, document] : documents_) stories.insert(document.story);
    const auto of = [](std::size_t number, const char* one, const char* many) {
      return std::to_string(number) + (number == 1 ? one : many);
    };
    return of(documents_.size(), " document in ", " documents in ") + of(stories.size(), " story: ", " stories: ") +
           fs::path(config_.path.text).lexically_normal().string();
  }

 private:
  static void describe(PageDocument& document, const Article& article) {
    document.published = article.published;
    document.language = article.language.value_or("");
    document.summary = article.description ? *article.description : article.text.value_or("").substr(0, 1000);
  }

  void put(PageDocument document) {
    changed_ = true;
    if (const auto old = documents_.find(document.id); old != documents_.end()) by_age_.erase({old->second.published, old->first});
    by_age_.emplace(document.published, document.id);
    documents_.insert_or_assign(document.id, std::move(document));
    if (documents_.size() <= config_.max_documents) return;
    documents_.erase(by_age_.begin()->second);
    by_age_.erase(by_age_.begin());
  }

  void write() {
    StoryPage page{config_.title, {}};
    for (const auto& [id, document] : documents_) page.documents.push_back(document);
    replace_file(config_.path.text, story_page(std::move(page)));
    changed_ = false, written_ = true;
  }

  Config config_;
  std::map<std::string, PageDocument> documents_;                 // by id
  std::set<std::pair<std::optional<Time>, std::string>> by_age_;  // oldest first; those without a date before all
  bool changed_ = false, written_ = false;
};

HEADRACE_NODE(WriteStoryPage, "write_story_page", "Writes the stories of a run as one HTML page.")

}  // namespace
}  // namespace headrace
