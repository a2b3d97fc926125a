// Sink `train_extraction`: learns which of the texts found on a page is its article and which lines of it belong there, from pages
// whose text is known, and says how good that is on sites that it was not learnt from.
//
//   weights: {node: train_extraction, in: {page: page, text: text}, model: extraction_model.txt}
//
// Every site is in one of `folds` parts. The text of a page is predicted by models that saw no page of its part, and how hard these
// are pulled towards the rules was chosen among `pulls` by parts within the others: the scores of the last word, and
// `predictions`, are those. The model that is written has seen all of the pages. The same pages in any order give the same model.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>

#include "core/node.hpp"
#include "nodes/extract/extraction_model.hpp"
#include "nodes/extract/metadata.hpp"
#include "nodes/extract/page_meta.hpp"
#include "nodes/extract/shingle_score.hpp"
#include "nodes/keys.hpp"
#include "nodes/url/registrable_domain.hpp"

namespace headrace {
namespace {

struct TrainingText {
  std::string by_rules;
  std::vector<std::string> lines;
  std::vector<LineFeatures> features;  // of the lines
  double f1 = 0;                       // of by_rules
};

struct TrainingPage {
  std::string id, site, truth;
  std::vector<TrainingText> texts;
  std::vector<ChoiceFeatures> features;  // of the texts
  std::vector<LineExample> lines;        // of the rules' choice
  std::string learnt;
  int part = 0;
};

struct Scores {
  double precision = 0, recall = 0;
  double f1() const { return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall); }
};

class TrainExtraction {
 public:
  struct Config {
    Path model;
    std::optional<Path> predictions;
    int folds = 10;
    std::vector<double> pulls{1, 3, 10, 30, 100, 300, 1000};
    static constexpr auto fields() {
      return std::tuple(field("model", &Config::model, "The file to write the weights to.", required()),
                        field("predictions", &Config::predictions, "A JSON file to write the predicted texts to: {id: {articleBody}}."),
                        field("folds", &Config::folds, "Parts that the sites are dealt into.", in_range(2, 1000)),
                        field("pulls", &Config::pulls, "How hard weights may be pulled towards the rules; cross-validation chooses."));
    }
  };
  explicit TrainExtraction(Config config) : config_(std::move(config)) {
    if (config_.pulls.empty()) throw NodeError("bad_input", "pulls is empty: name one at least");
  }

  void operator()(In<"document_id"> id, In<"page"> page, In<"text"> text) {
    const HtmlPage html(page->body, page->content_type);
    const PageParts parts(html, page->url);
    const TextTree tree(html, parts.traits);
    const Article known = read_metadata(parts).article;
    const ArticleHead head{known.title, known.authors};
    const std::string* const body = parts.json.body ? &*parts.json.body : nullptr;
    const TextChoice choice =
        find_texts(TextSearch(parts, tree, head), Favor::balanced, {known.description ? &*known.description : nullptr, body});
    TrainingPage out{*id, std::string(registrable_domain(host_of(page->url))), *text, {}, choice.features, {}, {}};
    const Shingles truth(*text);
    for (const MainText& each : choice.texts) {
      TrainingText& added = out.texts.emplace_back(TrainingText{each.text(), {}, {}, 0});
      added.f1 = truth.score(added.by_rules).f1();
      if (each.other) continue;
      for (const TextLine& line : each.lines) added.lines.push_back(line.text);
      added.features = line_features(each.lines, tree, body);
    }
    const TrainingText& chosen = out.texts.front();
    for (std::size_t i = 0; i < chosen.lines.size(); ++i) {
      // Every page weighs the same, as in the score; a line that is wrong costs the shingles that span its ends as well.
      const double words = static_cast<double>(std::count(chosen.lines[i].begin(), chosen.lines[i].end(), ' ') + 4);
      out.lines.push_back(
          {chosen.features[i], truth.share_of(chosen.lines[i]) >= 0.5, 100 * words / static_cast<double>(truth.words() + 1)});
    }
    pages_.push_back(std::move(out));
  }

  void close() {
    std::sort(pages_.begin(), pages_.end(), [](const TrainingPage& a, const TrainingPage& b) { return a.id < b.id; });
    deal();
    for (int part = 0; part < config_.folds; ++part) predict(part);
    pulls_ = best_pulls(none);
    write(config_.model.text, header() + write_extraction_model(fit(none, none, pulls_)));
    if (config_.predictions) write(config_.predictions->text, predictions());
  }

  std::string last_word() const {
    const Scores rules = scores([](const TrainingPage& page) { return page.texts.front().by_rules; });
    const Scores learnt = scores([](const TrainingPage& page) { return page.learnt; });
    const Scores best = scores([](const TrainingPage& page) {
      return std::max_element(page.texts.begin(), page.texts.end(), [](const auto& a, const auto& b) { return a.f1 < b.f1; })->by_rules;
    });
    char out[500];
    std::snprintf(
        out, sizeof out,
        "%zu pages in %d parts by site; rules: F1 %.4f, precision %.4f, recall %.4f; learnt: F1 %.4f, precision %.4f, recall %.4f; "
        "the best of the texts found: F1 %.4f; pulls: choice %g, lines %g",
        pages_.size(), config_.folds, rules.f1(), rules.precision, rules.recall, learnt.f1(), learnt.precision, learnt.recall, best.f1(),
        pulls_.choice, pulls_.lines);
    return out;
  }

 private:
  void deal() {
    std::map<std::string, int> parts;
    for (const TrainingPage& page : pages_) parts.emplace(page.site, 0);
    int next = 0;
    for (auto& [site, part] : parts) part = next++ % config_.folds;
    for (TrainingPage& page : pages_) page.part = parts[page.site];
  }
  std::string header() const {
    return "# Which text of a page, and which of its lines, is the article: see docs/extraction.md. Made by\n"
           "#   headrace run pipelines/train_extraction.yaml --set documents=pages.jsonl --set model=extraction_model.txt\n"
           "# " +
           last_word() + "\n";
  }

  struct Pulls {
    double choice = 0, lines = 0;
  };
  template <class Example, class Add> std::vector<Example> examples(int without, int nor, Add&& add) const {
    std::vector<Example> out;
    for (const TrainingPage& page : pages_)
      if (page.part != without && page.part != nor) add(page, out);
    return out;
  }
  LineModel fit_lines(int without, int nor, double pull) const {
    return fit_line_model(
        examples<LineExample>(without, nor,
                              [](const TrainingPage& page, auto& out) { out.insert(out.end(), page.lines.begin(), page.lines.end()); }),
        pull);
  }
  ChoiceModel fit_choice(int without, int nor, double pull) const {
    return fit_choice_model(examples<ChoiceExample>(without, nor,
                                                    [](const TrainingPage& page, auto& out) {
                                                      for (std::size_t i = 1; i < page.texts.size(); ++i)
                                                        out.push_back({page.features[i], page.texts[i].f1 - page.texts[0].f1});
                                                    }),
                            pull);
  }
  ExtractionModel fit(int without, int nor, Pulls pulls) const {
    return {fit_choice(without, nor, pulls.choice), fit_lines(without, nor, pulls.lines)};
  }

  // What models with this pull, learnt elsewhere, cost on the pages of each part but `without`, summed up.
  template <class Fit, class Cost> double cost_of(int without, Fit&& fit, Cost&& cost) const {
    double out = 0;
    for (int part = 0; part < config_.folds; ++part) {
      if (part == without) continue;
      const auto model = fit(part);
      for (const TrainingPage& page : pages_)
        if (page.part == part) out += cost(model, page);
    }
    return out;
  }
  // Of equals the one nearest to the rules.
  template <class CostOf> double best_pull(CostOf&& cost_of) const {
    double best = config_.pulls.front(), least = -1;
    for (const double pull : config_.pulls)
      if (const double cost = cost_of(pull); least < 0 || cost <= least) best = pull, least = cost;
    return best;
  }
  Pulls best_pulls(int without) const {
    const auto missed = [](const ChoiceModel& model, const TrainingPage& page) { return 1 - page.texts[model.choose(page.features)].f1; };
    const auto wrong_lines = [](const LineModel& model, const TrainingPage& page) {
      double out = 0;
      for (const LineExample& each : page.lines)
        if ((model.keep(each.features) > 0.5) != each.keep) out += each.weight;
      return out;
    };
    return {best_pull([&](double pull) {
              return cost_of(
                  without, [&](int part) { return fit_choice(without, part, pull); }, missed);
            }),
            best_pull([&](double pull) {
              return cost_of(
                  without, [&](int part) { return fit_lines(without, part, pull); }, wrong_lines);
            })};
  }
  void predict(int part) {
    const ExtractionModel model = fit(part, none, best_pulls(part));
    for (TrainingPage& page : pages_) {
      if (page.part != part) continue;
      const TrainingText& chosen = page.texts[model.choice.choose(page.features)];
      if (chosen.lines.empty()) page.learnt = chosen.by_rules;
      for (std::size_t i = 0; i < chosen.lines.size(); ++i)
        if (model.lines.keep(chosen.features[i]) > 0.5) page.learnt += chosen.lines[i] + "\n";
    }
  }
  template <class Text> Scores scores(Text&& text) const {
    Scores out;
    for (const TrainingPage& page : pages_) {
      const ShingleScore score = Shingles(page.truth).score(text(page));
      out.precision += score.precision / static_cast<double>(pages_.size());
      out.recall += score.recall / static_cast<double>(pages_.size());
    }
    return out;
  }
  std::string predictions() const {
    JsonWriter out;
    out.begin_object();
    for (const TrainingPage& page : pages_) {
      out.member(page.id);
      out.begin_object();
      out.member("articleBody");
      out.string(page.learnt);
      out.end_object();
    }
    out.end_object();
    return out.take();
  }
  static void write(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.flush();
    if (!file) throw NodeError("unavailable", "cannot write " + path);
  }

  static constexpr int none = -1;
  Config config_;
  Pulls pulls_;
  std::vector<TrainingPage> pages_;
};

}  // namespace

HEADRACE_NODE(TrainExtraction, "train_extraction",
              "Learns which text of a page, and which of its lines, is the article, from pages whose text is known.")
}  // namespace headrace
