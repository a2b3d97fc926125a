// Sink `train_extraction`: learns which lines of a page are its article, from pages whose text is known, and says how good that is
// on sites that it was not learnt from.
//
//   weights: {node: train_extraction, in: {page: page, text: text}, model: line_model.txt}
//
// Every site is in one of `folds` parts. The text of a page is predicted by a model that saw no page of its part, and how hard that
// model is pulled towards the rules was chosen among `pulls` by parts within the others: the scores of the last word, and
// `predictions`, are those. The model that is written has seen all of the pages. The same pages in any order give the same model.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>

#include "core/node.hpp"
#include "nodes/extract/line_model.hpp"
#include "nodes/extract/main_text.hpp"
#include "nodes/extract/metadata.hpp"
#include "nodes/extract/page_meta.hpp"
#include "nodes/extract/shingle_score.hpp"
#include "nodes/keys.hpp"
#include "nodes/url/registrable_domain.hpp"

namespace headrace {
namespace {

struct TrainingPage {
  std::string id, site, truth;
  std::vector<std::string> lines;
  std::vector<LineExample> examples;
  std::string by_rules, learnt;
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
    const MainText main = find_main_text(parts, tree, {known.title, known.authors}, Favor::balanced);
    TrainingPage out{*id, std::string(registrable_domain(host_of(page->url))), *text, {}, {}, main.text(), {}};
    const Shingles truth(*text);
    const std::string* body = parts.json.body ? &*parts.json.body : nullptr;
    const std::vector<LineFeatures> features = main.other ? std::vector<LineFeatures>() : line_features(main.lines, tree, body);
    for (std::size_t i = 0; i < features.size(); ++i) {
      const std::string& line = main.lines[i].text;
      // Every page weighs the same, as in the score; a line that is wrong costs the shingles that span its ends as well.
      const double words = static_cast<double>(std::count(line.begin(), line.end(), ' ') + 4);
      out.examples.push_back({features[i], truth.share_of(line) >= 0.5, 100 * words / static_cast<double>(truth.words() + 1)});
      out.lines.push_back(line);
    }
    pages_.push_back(std::move(out));
  }

  void close() {
    std::sort(pages_.begin(), pages_.end(), [](const TrainingPage& a, const TrainingPage& b) { return a.id < b.id; });
    deal();
    for (int part = 0; part < config_.folds; ++part) predict(part);
    pull_ = best_pull(none);
    write(config_.model.text, header() + write_line_model(fit_line_model(examples(none, none), pull_)));
    if (config_.predictions) write(config_.predictions->text, predictions());
  }

  std::string last_word() const {
    const Scores rules = scores(&TrainingPage::by_rules), learnt = scores(&TrainingPage::learnt);
    char out[400];
    std::snprintf(
        out, sizeof out,
        "%zu pages in %d parts by site; rules: F1 %.4f, precision %.4f, recall %.4f; learnt: F1 %.4f, precision %.4f, recall %.4f; "
        "pull %g",
        pages_.size(), config_.folds, rules.f1(), rules.precision, rules.recall, learnt.f1(), learnt.precision, learnt.recall, pull_);
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
    return "# Which lines of a page are its article: see docs/extraction.md. Made by\n"
           "#   headrace run pipelines/train_extraction.yaml --set documents=pages.jsonl --set model=line_model.txt\n"
           "# " +
           last_word() + "\n";
  }
  std::vector<LineExample> examples(int without, int nor) const {
    std::vector<LineExample> out;
    for (const TrainingPage& page : pages_)
      if (page.part != without && page.part != nor) out.insert(out.end(), page.examples.begin(), page.examples.end());
    return out;
  }
  static bool keeps(const LineModel& model, const LineExample& example) { return model.keep(example.features) > 0.5; }

  // The weight of the lines that a model learnt elsewhere gets wrong, summed over the parts but `without`.
  double cost_of(double pull, int without) const {
    double out = 0;
    for (int part = 0; part < config_.folds; ++part) {
      if (part == without) continue;
      const LineModel model = fit_line_model(examples(without, part), pull);
      for (const TrainingPage& page : pages_)
        for (const LineExample& each : page.examples)
          if (page.part == part && keeps(model, each) != each.keep) out += each.weight;
    }
    return out;
  }
  // Of equals the one nearest to the rules.
  double best_pull(int without) const {
    double best = config_.pulls.front(), least = -1;
    for (const double pull : config_.pulls)
      if (const double cost = cost_of(pull, without); least < 0 || cost <= least) best = pull, least = cost;
    return best;
  }
  void predict(int part) {
    const LineModel model = fit_line_model(examples(part, none), best_pull(part));
    for (TrainingPage& page : pages_) {
      if (page.part != part) continue;
      for (std::size_t i = 0; i < page.examples.size(); ++i)
        if (keeps(model, page.examples[i])) page.learnt += page.lines[i] + "\n";
      if (page.examples.empty()) page.learnt = page.by_rules;
    }
  }
  Scores scores(std::string TrainingPage::*text) const {
    Scores out;
    for (const TrainingPage& page : pages_) {
      const ShingleScore score = Shingles(page.truth).score(page.*text);
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
  double pull_ = 0;
  std::vector<TrainingPage> pages_;
};

}  // namespace

HEADRACE_NODE(TrainExtraction, "train_extraction", "Learns which lines of a page are its article, from pages whose text is known.")
}  // namespace headrace
