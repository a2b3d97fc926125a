#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/config/tree.hpp"
#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"
#include "nodes/label/topic_model.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

// A file that lives as long as the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text) {
    static int number = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("headrace_topics_" + std::to_string(::getpid()) + "_" + std::to_string(number++) + ".yaml");
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::shared_ptr<TopicModel> open_model(const std::string& path) {
  TestNode services("label_topics");  // only for its services
  JsonWriter quoted;
  quoted.string(path);
  const ParsedConfig config = parse_config("{path: " + quoted.text() + "}", "test");
  BuildContext context{config.root.view(), [](const FieldSpec&) { return nullptr; }, services.services()};
  return std::static_pointer_cast<TopicModel>(find_node("topic_profiles")->build_resource(context));
}

std::string error_of(std::string_view yaml) {
  const TemporaryFile file(yaml);
  try {
    open_model(file.path());
  } catch (const NodeError& error) {
    const std::string message = error.what();
    return message.starts_with(file.path()) ? message.substr(file.path().size()) : message;
  }
  return "";
}

double score_of(const TopicModel& model, std::string_view topic, const TopicDocument& document) {
  for (const Topic& each : model.score(document))
    if (each.topic == topic) return each.score;
  return 0;
}

}  // namespace

TEST_CASE("topic_profiles: phrases are matched as folded words") {
  const TemporaryFile file("topics:\n  energy: {solar panel: 3, STRASSE: 2, \"東京\": 2}\n  sea: {sea wall: 3, sea: 1}\n");
  const auto model = open_model(file.path());
  CHECK(score_of(*model, "energy", {"", "A Solar  Panel, at last", ""}) > 0.2);
  CHECK(score_of(*model, "energy", {"", "solar-panel", ""}) > 0.2);
  CHECK(score_of(*model, "energy", {"", "die Straße", ""}) > 0.2);
  CHECK(score_of(*model, "energy", {"", "在東京都", ""}) > 0.2);
  CHECK(score_of(*model, "energy", {"", "solar panels; panel solar; solar", ""}) == 0);
  CHECK(score_of(*model, "sea", {"", "the sea wall", ""}) > score_of(*model, "sea", {"", "the sea", ""}));
}

TEST_CASE("topic_profiles: title over text, more over once, short over long, always in 0..1") {
  const TemporaryFile file("topics: {energy: {solar: 2, energy drink: -9, energy: 1}}");
  const auto model = open_model(file.path());
  const auto score = [&](std::string_view title, std::string_view text) { return score_of(*model, "energy", {title, text, ""}); };
  CHECK(score("solar", "x") > score("x", "solar"));
  CHECK(score("", "solar solar solar") > score("", "solar"));
  std::string padded = "solar";
  for (int i = 0; i < 2'000; ++i) padded += " word";
  CHECK(score("", padded) < score("", "solar"));
  CHECK(score("energy drink", "energy drink") == 0);
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "solar ";
  CHECK(score(many, many) < 1);
  CHECK(score(many, many) > 0.5);
  CHECK(model->score({"", "", ""}).empty());
}

TEST_CASE("topic_profiles: phrases of a language count in its documents, and where none is known") {
  const TemporaryFile file("topics: {toxins: {de: {gift: 3}, poison: 3}}");
  const auto model = open_model(file.path());
  CHECK(score_of(*model, "toxins", {"gift", "", "de-AT"}) > 0);
  CHECK(score_of(*model, "toxins", {"gift", "", ""}) > 0);
  CHECK(score_of(*model, "toxins", {"gift", "", "en"}) == 0);
  CHECK(score_of(*model, "toxins", {"poison", "", "en"}) > 0);
}

TEST_CASE("topic_profiles: mistakes are named with their place") {
  CHECK(error_of("topics: {a: {x: much}}").find(":1:") == 0);
  CHECK(error_of("topics:\n  a: {'...': 1}\n").find(":2:7: the phrase '...' has no word") == 0);
  CHECK(error_of("topics:\n  a:\n").find(":2:3: topic 'a' has no phrases") == 0);
  CHECK(error_of("topic: {a: {x: 1}}").find("the file has no topics") != std::string::npos);
  CHECK(error_of("topics: {a: {x: 1}, a: {y: 1}}") != "");
  CHECK(error_of("topics: [") != "");
  CHECK(error_of("") != "");
  CHECK(error_of("topics: {a: {x: 101}}").find("must be a number from -100 to 100") != std::string::npos);
  CHECK_THROWS_AS(open_model("/nowhere/topics.yaml"), NodeError);
}

TEST_CASE("topic_profiles: the topics that ship tell plain cases") {
  const auto model = open_model(std::string(HEADRACE_SOURCE_DIR) + "/pipelines/topics.yaml");
  struct Row {
    const char *topic, *title, *text, *language;
  };
  const Row rows[] = {
      {"sport", "Late goal decides the cup final", "The striker scored in the last minute and the team won the championship.", "en"},
      {"politics", "Parliament votes on the budget", "Lawmakers of the coalition and the opposition party met the prime minister.", "en"},
      {"environment", "Emissions fall for the third year",
       "Wind farms and solar panels replaced fossil fuels, a report on climate change says.", "en"},
      {"technology", "New chip for smartphones", "The software runs on Android; hackers found a flaw in the operating system.", ""},
      {"health", "Impfstoff gegen Virus", "Ärzte im Krankenhaus sahen weniger Patienten.", "de"},
      {"sport", "Bundesliga: Trainer geht", "Die Mannschaft verlor das Spiel, der Stürmer traf kein Tor.", "de-DE"},
  };
  TestNode label("label_topics");
  label.use<TopicModel>("model", model);
  for (const Row& row : rows) {
    CAPTURE(row.title);
    Article article;
    article.title = row.title, article.text = row.text, article.language = row.language;
    const auto topics = label.given<"article">(article).call<std::vector<Topic>>().value();
    REQUIRE_FALSE(topics.empty());
    CHECK(topics[0].topic == row.topic);
    for (const Topic& topic : topics) CHECK((topic.score >= 0.2 && topic.score <= 1));
  }
}
