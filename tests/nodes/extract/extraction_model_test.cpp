#include "nodes/extract/extraction_model.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "core/run/random.hpp"
#include "nodes/extract/main_text.hpp"

using namespace headrace;

namespace {

constexpr const char* prose =
    "The council voted on Tuesday to rebuild the old sea wall, which had been damaged by three winters of storms, and it "
    "said that the work would begin in June, take two years, and cost about nine million crowns, most of it borrowed.";

struct Sought {
  HtmlPage page;
  PageParts parts;
  TextTree tree;
  ArticleHead head{};
  TextSearch search;
  explicit Sought(const std::string& html)
      : page(html, std::nullopt), parts(page, "https://coast.example/wall"), tree(page, parts.traits), search(parts, tree, head) {}
};

std::size_t place(std::string_view name) {
  return static_cast<std::size_t>(std::find(choice_feature_names.begin(), choice_feature_names.end(), name) - choice_feature_names.begin());
}

std::vector<ChoiceExample> examples() {  // what JSON-LD has is better, what the whole page has is worse, the rest is noise
  RandomNumbers random(1);
  std::vector<ChoiceExample> out;
  for (int i = 0; i < 300; ++i) {
    ChoiceExample& each = out.emplace_back();
    const bool json = i % 2 == 0;
    each.features[place(json ? "json_ld" : "whole_page")] = 1;
    each.features[place("more")] = random.uniform();
    each.gain = (json ? 0.2 : -0.2) + 0.05 * (random.uniform() - 0.5);
  }
  return out;
}

ChoiceFeatures with(std::string_view name) {
  ChoiceFeatures out{};
  out[place(name)] = 1;
  return out;
}

}  // namespace

TEST_CASE("every way of looking for the text finds it on a plain page") {
  const std::string html = std::string("<h1>Wall</h1><article class=article-body><p>") + prose + "</p><p>" + prose +
                           "</p></article><script type='application/ld+json'>{\"@type\": \"NewsArticle\", \"articleBody\": \"" + prose +
                           "\"}</script>";
  const Sought it(html);
  for (std::size_t way = 0; way < text_ways; ++way) {
    CAPTURE(way);
    const auto found = it.search.by(static_cast<TextWay>(way));
    REQUIRE(found);
    CHECK(found->way == static_cast<TextWay>(way));
    CHECK(found->text().find("The council voted") == 0);
    CHECK(found->bytes() >= std::string_view(prose).size());
  }
}

TEST_CASE("no way finds anything on a page without prose, and none fails") {
  for (const char* html : {"", "<p>", "<a href=/>Home</a><br><a href=/more>More</a>"}) {
    CAPTURE(html);
    const Sought it(html);
    for (std::size_t way = 0; way < text_ways; ++way)
      if (const auto found = it.search.by(static_cast<TextWay>(way))) CHECK(found->text().empty());
    const TextChoice choice = find_texts(it.search, Favor::balanced, {});
    CHECK(choice.texts.size() == 1);
    CHECK(ChoiceModel{}.choose(choice.features) == 0);
  }
}

TEST_CASE("find_texts: the rules' choice comes first, and no two texts are the same") {
  const std::string html =
      std::string("<article><p>") + prose + "</p><p>" + prose +
      "</p></article><div id=more><p>Another matter altogether was put off until the autumn, and nobody minded very much.</p></div>";
  const Sought it(html);
  const TextChoice choice = find_texts(it.search, Favor::balanced, {});
  CHECK(choice.texts.front().text() == find_main_text(it.search, Favor::balanced).text());
  CHECK(choice.features.front() == ChoiceFeatures{});
  REQUIRE(choice.texts.size() == choice.features.size());
  for (std::size_t i = 0; i < choice.texts.size(); ++i)
    for (std::size_t k = 0; k < i; ++k) CHECK(choice.texts[i].text() != choice.texts[k].text());
  const auto longer = std::find_if(choice.texts.begin(), choice.texts.end(),
                                   [](const MainText& each) { return each.text().find("Another matter") != std::string::npos; });
  REQUIRE(longer != choice.texts.end());
  const ChoiceFeatures& features = choice.features[static_cast<std::size_t>(longer - choice.texts.begin())];
  CHECK(std::count(features.begin(), features.begin() + 6, 1.0) == 1);  // its way
  CHECK(features[place("more")] > 0);
  CHECK(features[place("less")] == 0);
  CHECK(features[place("lost")] == doctest::Approx(0));
  CHECK(features[place("new")] > 0);
}

TEST_CASE("fit_choice_model: overrules the rules where that was better, and not otherwise") {
  const ChoiceModel model = fit_choice_model(examples(), 1);
  CHECK(model.choose({{}, with("whole_page"), with("json_ld")}) == 2);
  CHECK(model.choose({{}, with("whole_page")}) == 0);
  CHECK(fit_choice_model(examples(), 1).weights == model.weights);
  for (const ChoiceModel& rules : {ChoiceModel{}, fit_choice_model({}, 1), fit_choice_model(examples(), 1e6)})
    CHECK(rules.choose({{}, with("json_ld"), with("whole_page")}) == 0);
}

TEST_CASE("an extraction model is read as it was written") {
  const ExtractionModel model{fit_choice_model(examples(), 1), rules_as_model()};
  const ExtractionModel read = read_extraction_model("# comment\n" + write_extraction_model(model));
  for (std::size_t i = 0; i < model.choice.weights.size(); ++i)
    CHECK(read.choice.weights[i] == doctest::Approx(model.choice.weights[i]).epsilon(0.001));
  CHECK(read.lines.weights == model.lines.weights);
}

TEST_CASE("an extraction model that is not whole is refused, with the line or the name") {
  const auto refusal = [](const std::string& text) {
    try {
      read_extraction_model(text);
    } catch (const std::runtime_error& why) {
      return std::string(why.what());
    }
    return std::string();
  };
  CHECK(refusal("choice.strict 1\n") == "the model has no weight for 'choice.lenient': train it again");
  for (const char* line : {"sometimes 1", "line.sometimes 1", "strict 1", "choice.strict one", "choice.strict", "choice.strict 1 2",
                           "choice.strict inf", "choice. 1"})
    CHECK(refusal(std::string(line) + "\n") ==
          "'" + std::string(line) + "' is no weight of this model: write \"name value\", or train it again");
}

TEST_CASE("the weights that ship are read, and go on from the rules") {
  std::ifstream file(HEADRACE_SOURCE_DIR "/pipelines/extraction_model.txt");
  const ExtractionModel model = read_extraction_model(std::string{std::istreambuf_iterator<char>(file), {}});
  LineFeatures kept{}, dropped{};
  kept[0] = dropped[0] = kept[1] = 1;
  CHECK(model.lines.keep(kept) > 0.5);
  CHECK(model.lines.keep(dropped) < 0.5);
}
