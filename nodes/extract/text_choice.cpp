#include "nodes/extract/text_choice.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nodes/extract/main_text.hpp"
#include "nodes/extract/shingle_score.hpp"
#include "nodes/extract/weights.hpp"

namespace headrace {

namespace {

constexpr double least_gain = 0.01;  // of F1, for which the rules are overruled
constexpr std::size_t probe = 60;    // bytes of the description by which it is looked for in a text

// Bytes in links, of all that is kept.
double linked(const MainText& text) {
  std::size_t letters = 0, links = 0;
  for (const TextLine& line : text.lines)
    if (line.doubt == TextLine::Doubt::none) letters += line.letters, links += line.linked;
  return TextTree::share(links, letters);
}

class Comparison {
 public:
  Comparison(const std::vector<MainText>& texts, const std::vector<int>& votes, const DeclaredText& declared)
      : texts_(texts), votes_(votes), declared_(declared) {
    for (const MainText& each : texts) plain_.push_back(each.text()), shingles_.emplace_back(plain_.back());
    if (declared.body) body_.emplace(*declared.body);
  }

  ChoiceFeatures features(std::size_t i) const {
    ChoiceFeatures out{};
    if (i == 0) return out;
    std::size_t at = 0;
    for (int way = 1; way < static_cast<int>(text_ways); ++way) out[at++] = texts_[i].way == static_cast<TextWay>(way);
    const double size = std::log(static_cast<double>(texts_[i].bytes() + 1) / static_cast<double>(texts_[0].bytes() + 1));
    const ShingleScore beside_rules = shingles_[0].score(shingles_[i]);
    out[at++] = static_cast<double>(votes_[i] - votes_[0]) / text_ways;
    out[at++] = std::clamp(size, 0.0, 2.0);
    out[at++] = std::clamp(-size, 0.0, 2.0);
    out[at++] = 1 - beside_rules.precision;
    out[at++] = 1 - beside_rules.recall;
    out[at++] = like_the_others(i) - like_the_others(0);
    out[at++] = body_ ? body_->score(shingles_[i]).f1() - body_->score(shingles_[0]).f1() : 0;
    out[at++] = has_description(i) - has_description(0);
    out[at++] = linked(texts_[i]) - linked(texts_[0]);
    return out;
  }

 private:
  // F1 with the text of another way, on average.
  double like_the_others(std::size_t i) const {
    double out = 0, ways = 0;
    for (std::size_t k = 0; k < texts_.size(); ++k) {
      const double others = votes_[k] - (k == i);
      out += others * (k == i ? 1 : shingles_[k].score(shingles_[i]).f1());
      ways += others;
    }
    return ways == 0 ? 0 : out / ways;
  }
  double has_description(std::size_t i) const {
    return declared_.description && declared_.description->size() >= probe &&
           plain_[i].find(declared_.description->substr(0, probe)) != std::string::npos;
  }

  const std::vector<MainText>& texts_;
  const std::vector<int>& votes_;
  const DeclaredText& declared_;
  std::vector<std::string> plain_;
  std::vector<Shingles> shingles_;
  std::optional<Shingles> body_;
};

}  // namespace

TextChoice find_texts(const TextSearch& search, Favor favor, const DeclaredText& declared) {
  TextChoice out;
  out.texts.push_back(find_main_text(search, favor));
  std::vector<std::string> plain{out.texts[0].text()};
  std::vector<int> votes{0};  // ways that find the text
  for (std::size_t way = 0; way < text_ways; ++way) {
    auto found = search.by(static_cast<TextWay>(way), favor);
    std::string text = found ? found->text() : std::string();
    if (text.empty()) continue;
    const auto same = static_cast<std::size_t>(std::find(plain.begin(), plain.end(), text) - plain.begin());
    if (same < plain.size()) {
      ++votes[same];
      continue;
    }
    plain.push_back(std::move(text));
    out.texts.push_back(*std::move(found));
    votes.push_back(1);
  }
  const Comparison comparison(out.texts, votes, declared);
  for (std::size_t i = 0; i < out.texts.size(); ++i) out.features.push_back(comparison.features(i));
  return out;
}

double ChoiceModel::gain(const ChoiceFeatures& features) const {
  return std::inner_product(weights.begin(), weights.end(), features.begin(), 0.0);
}

std::size_t ChoiceModel::choose(const std::vector<ChoiceFeatures>& features) const {
  std::size_t best = 0;
  double most = least_gain;
  for (std::size_t i = 1; i < features.size(); ++i)
    if (const double own = gain(features[i]); own > most) best = i, most = own;
  return best;
}

ChoiceModel fit_choice_model(const std::vector<ChoiceExample>& examples, double pull) {
  SquareMatrix<choice_feature_names.size()> products{};
  ChoiceFeatures sums{};
  for (std::size_t i = 0; i < sums.size(); ++i) products[i][i] = pull;
  for (const ChoiceExample& each : examples)
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] += each.features[i] * each.gain;
      for (std::size_t k = 0; k <= i; ++k) products[i][k] += each.features[i] * each.features[k];
    }
  return {solved(products, sums)};
}

}  // namespace headrace
