// A topic model that people write: topics, each with weighted phrases.
//
//   topics:
//     energy:
//       solar panel: 3            # in documents of every language
//       de: {stromnetz: 2}        # only in documents that are, or may be, German
//       energy drink: -3          # speaks against the topic
#include <algorithm>
#include <cmath>

#include "core/config/tree.hpp"
#include "core/node.hpp"
#include "nodes/label/phrase_index.hpp"
#include "nodes/label/topic_model.hpp"

namespace headrace {

namespace {

constexpr double max_weight = 100;
constexpr double title_factor = 3;   // a phrase in the title counts as much as so many first mentions in the text
constexpr double half_evidence = 6;  // evidence that gives a short text the score 0.5
constexpr double long_text = 400;    // words beyond which a text needs more evidence: it mentions many things in passing
constexpr double most_demand = 4;    // how much more, at most

struct Weight {
  std::uint32_t topic = 0, phrase = 0;
  double weight = 0;
  std::string language;  // empty: any
};

[[noreturn]] void refuse(const Place& at, const std::string& message, const std::string& hint = {}) {
  const std::string where = at.source ? at.source->name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " : "";
  throw NodeError("bad_model", where + message + (hint.empty() ? "" : " (" + hint + ")"));
}

std::string_view primary_language(std::string_view tag) { return tag.substr(0, tag.find_first_of("-_")); }

class TopicProfiles : public TopicModel {
 public:
  struct Config {
    Path path;
    static constexpr auto fields() {
      return std::tuple(field("path", &Config::path, "A YAML file of topics and their weighted phrases.", required()));
    }
  };

  explicit TopicProfiles(const Config& config) {
    const ParsedConfig parsed = load_config(config.path.text);
    for (const Diagnostic& diagnostic : parsed.diagnostics)
      if (diagnostic.severity == Severity::error) refuse(diagnostic.at, diagnostic.message, diagnostic.hint);
    const ConfigTree* topics = parsed.root.is_map() ? parsed.root.member("topics") : nullptr;
    if (!topics || !topics->is_map() || topics->members.empty())
      refuse(parsed.root.at, "the file has no topics", "topics: {energy: {solar panel: 3}}");
    for (const auto& topic : topics->members) add_topic(topic);
  }

  std::vector<Topic> score(const TopicDocument& document) const override {
    const Words title(document.title), text(document.text);
    std::vector<std::uint32_t> in_title(phrases_.size()), in_text(phrases_.size());
    phrases_.count(title, in_title);
    phrases_.count(text, in_text);
    std::vector<double> evidence(topics_.size());
    const std::string_view language = primary_language(document.language);
    for (const Weight& weight : weights_) {
      if (!weight.language.empty() && !language.empty() && weight.language != language) continue;
      // The tenth mention says less than the first.
      evidence[weight.topic] += weight.weight * (title_factor * (in_title[weight.phrase] > 0) + std::log2(1.0 + in_text[weight.phrase]));
    }
    const double half = half_evidence * std::min(std::sqrt(1 + static_cast<double>(text.size()) / long_text), most_demand);
    std::vector<Topic> out;
    for (std::size_t i = 0; i < topics_.size(); ++i)
      if (evidence[i] > 0) out.push_back({topics_[i], evidence[i] / (evidence[i] + half)});
    return out;
  }

 private:
  void add_topic(const ConfigTree::Member& topic) {
    if (!topic.value.is_map() || topic.value.members.empty())
      refuse(topic.at, "topic '" + topic.name + "' has no phrases", topic.name + ": {some phrase: 2}");
    for (const auto& entry : topic.value.members) {
      if (!entry.value.is_map()) add_phrase(entry, {});
      else
        for (const auto& phrase : entry.value.members) add_phrase(phrase, entry.name);
    }
    topics_.push_back(topic.name);
  }

  void add_phrase(const ConfigTree::Member& entry, const std::string& language) {
    const auto phrase = phrases_.add(entry.name);
    if (!phrase) refuse(entry.at, "the phrase '" + entry.name + "' has no word");
    weights_.push_back({static_cast<std::uint32_t>(topics_.size()), *phrase, weight_of(entry), language});
  }

  static double weight_of(const ConfigTree::Member& entry) {
    try {
      const double weight = entry.value.view().number();
      if (std::isfinite(weight) && std::abs(weight) <= max_weight) return weight;
    } catch (const BadValue&) {}
    refuse(entry.at, "the weight of '" + entry.name + "' must be a number from -100 to 100");
  }

  std::vector<std::string> topics_;
  PhraseIndex phrases_;
  std::vector<Weight> weights_;
};

}  // namespace

HEADRACE_RESOURCE(TopicProfiles, TopicModel, "topic_profiles", "Topics by weighted phrases, read from a YAML file.")

}  // namespace headrace
