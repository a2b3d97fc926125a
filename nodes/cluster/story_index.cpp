#include "nodes/cluster/story_index.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace headrace {

namespace {

constexpr std::size_t centroid_documents = 32;  // the last ones of a story that say what it is about
constexpr std::size_t query_terms = 32;         // the strongest terms of a document find its candidates
constexpr std::size_t max_postings = 4'000;     // looked at for one document
constexpr std::size_t max_candidates = 16;      // compared exactly

}  // namespace

double StoryIndex::rarity(const Term& term) const { return std::log(static_cast<double>(by_id_.size()) + 2) - term.log_stories; }

std::uint32_t StoryIndex::slot_of(const std::string& story) {
  if (const auto known = by_id_.find(story); known != by_id_.end()) return known->second;
  std::uint32_t slot = static_cast<std::uint32_t>(slots_.size());
  if (free_.empty()) {
    slots_.emplace_back();
    life_.push_back(0);
    products_.push_back(0);
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  slots_[slot].id = story;
  life_[slot] = ++lives_;
  by_id_.emplace(story, slot);
  return slot;
}

std::optional<std::int64_t> StoryIndex::newest(const std::string& story) const {
  const auto known = by_id_.find(story);
  return known == by_id_.end() ? std::nullopt : std::optional(slots_[known->second].newest);
}

std::vector<std::uint64_t> StoryIndex::documents_of_stalest() const {
  if (by_age_.empty()) return {};
  const auto& documents = slots_[by_age_.begin()->second].documents;
  return {documents.begin(), documents.end()};
}

// ---- documents come and go -----------------------------------------------------------------------------------------------

void StoryIndex::count_in(const StoryDocument& document) {
  for (const TermWeight& each : document.terms) ++terms_[each.term].documents;
}

void StoryIndex::count_out(const StoryDocument& document) {
  for (const TermWeight& each : document.terms) {
    const auto at = terms_.find(each.term);
    if (--at->second.documents == 0) terms_.erase(at);
  }
}

void StoryIndex::add(StoryDocument document) {
  count_in(document);
  const std::uint32_t slot = slot_of(document.story);
  Story& story = slots_[slot];
  if (!story.documents.empty()) by_age_.erase({story.last(), slot});
  if (story.documents.size() >= centroid_documents)
    take_from_centroid(slot, documents_.at(story.documents[story.documents.size() - centroid_documents]));
  story.documents.push_back(document.number);
  story.newest = document.newest;
  by_age_.emplace(document.number, slot);
  add_to_centroid(slot, document);
  documents_.emplace(document.number, std::move(document));
}

void StoryIndex::remove(std::uint64_t number) {
  const auto at = documents_.find(number);
  if (at == documents_.end()) return;
  const std::uint32_t slot = by_id_.at(at->second.story);
  Story& story = slots_[slot];
  if (story.documents.front() != number) throw std::logic_error("a story's documents leave in the order in which they came");
  if (story.documents.size() == 1) {
    close(slot);
  } else {
    if (story.documents.size() <= centroid_documents) take_from_centroid(slot, at->second);
    story.documents.pop_front();
  }
  count_out(at->second);
  documents_.erase(at);
}

void StoryIndex::add_to_centroid(std::uint32_t slot, const StoryDocument& document) {
  Story& story = slots_[slot];
  std::vector<Part> merged;
  merged.reserve(story.centroid.size() + document.terms.size());
  auto old = story.centroid.begin();
  for (const TermWeight& each : document.terms) {
    while (old != story.centroid.end() && old->term < each.term) merged.push_back(*old++);
    if (old != story.centroid.end() && old->term == each.term) {
      merged.push_back(*old++);
      merged.back().weight += each.weight;
      continue;
    }
    Term& term = terms_.find(each.term)->second;
    term.postings.push_back({slot, life_[slot]});
    term.count(+1);
    merged.push_back({each.term, each.weight, &term});
  }
  merged.insert(merged.end(), old, story.centroid.end());
  story.centroid = std::move(merged);
}

void StoryIndex::take_from_centroid(std::uint32_t slot, const StoryDocument& document) {
  std::vector<Part>& centroid = slots_[slot].centroid;
  auto part = centroid.begin();
  for (const TermWeight& each : document.terms) {
    while (part->term < each.term) ++part;
    part->weight -= each.weight;
    if (part->weight == 0) leave(*part, slot);
  }
  std::erase_if(centroid, [](const Part& one) { return one.weight == 0; });
}

void StoryIndex::leave(const Part& part, std::uint32_t slot) {
  part.of->count(-1);
  std::erase_if(part.of->postings, [&](const Posting& each) { return each.slot == slot; });
}

// A story that ends leaves its postings behind, dead; a list is swept when they are its greater part.
void StoryIndex::close(std::uint32_t slot) {
  Story& story = slots_[slot];
  for (const Part& part : story.centroid) {
    std::vector<Posting>& postings = part.of->postings;
    part.of->count(-1);
    if (postings.size() <= 2 * part.of->stories + 16) continue;
    std::erase_if(postings, [&](const Posting& each) { return each.slot == slot || !alive(each); });
  }
  by_age_.erase({story.last(), slot});
  by_id_.erase(story.id);
  story = Story{};
  life_[slot] = 0;
  free_.push_back(slot);
}

// ---- finding -------------------------------------------------------------------------------------------------------------

double StoryIndex::norm_of(const std::vector<TermWeight>& terms) const {
  double sum = 0;
  for (const TermWeight& each : terms) {
    const auto known = terms_.find(each.term);
    const double value = each.weight * (known == terms_.end() ? rarity(Term{}) : rarity(known->second));
    sum += value * value;
  }
  return std::sqrt(sum);
}

// Stories that share the document's strongest terms. What is visited depends on numbers of the active set only, never on
// dead postings or the order of a list.
std::vector<StoryIndex::Candidate> StoryIndex::candidates(const std::vector<TermWeight>& terms) {
  struct Query {
    const Term* term;
    std::uint32_t name;
    double value;
  };
  std::vector<Query> queries;
  for (const TermWeight& each : terms)
    if (const auto known = terms_.find(each.term); known != terms_.end() && known->second.stories > 0)
      queries.push_back({&known->second, each.term, each.weight * rarity(known->second)});
  std::sort(queries.begin(), queries.end(),
            [](const Query& a, const Query& b) { return a.value != b.value ? a.value > b.value : a.name < b.name; });
  if (queries.size() > query_terms) queries.resize(query_terms);

  std::vector<std::uint32_t> touched;
  std::size_t visited = 0;
  for (const Query& query : queries) {
    if (visited > 0 && visited + query.term->stories > max_postings) continue;
    visited += query.term->stories;
    const double gain = query.value * rarity(*query.term);
    for (const Posting& posting : query.term->postings) {
      if (!alive(posting)) continue;
      if (products_[posting.slot] == 0) touched.push_back(posting.slot);
      products_[posting.slot] += gain;
    }
  }
  std::vector<Candidate> out;
  for (const std::uint32_t slot : touched) out.push_back({slot, std::exchange(products_[slot], 0)});
  const std::size_t kept = std::min(max_candidates, out.size());
  std::partial_sort(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(kept), out.end(),
                    [this](const Candidate& a, const Candidate& b) {
                      return a.product != b.product ? a.product > b.product : slots_[a.slot].last() > slots_[b.slot].last();
                    });
  out.resize(kept);
  return out;
}

double StoryIndex::cosine(const std::vector<TermWeight>& terms, double norm, const Story& story) const {
  double product = 0, square = 0;
  auto each = terms.begin();
  for (const Part& part : story.centroid) {
    const double rare = rarity(*part.of), value = part.weight * rare;
    square += value * value;
    while (each != terms.end() && each->term < part.term) ++each;
    if (each != terms.end() && each->term == part.term) product += value * each->weight * rare;
  }
  return square > 0 && norm > 0 ? product / (std::sqrt(square) * norm) : 0;
}

std::optional<StoryIndex::Match> StoryIndex::nearest(const std::vector<TermWeight>& terms, std::int64_t time, double half_life) {
  const double norm = norm_of(terms);
  const Story* best = nullptr;
  double best_similarity = 0;
  for (const Candidate& candidate : candidates(terms)) {
    const Story& story = slots_[candidate.slot];
    const double age = std::abs(static_cast<double>(time - story.newest)) / half_life;
    const double similarity = cosine(terms, norm, story) * std::exp2(-age);
    const bool better = similarity > best_similarity || (best && similarity == best_similarity && story.last() > best->last());
    if (better) best = &story, best_similarity = similarity;
  }
  if (!best) return std::nullopt;
  return Match{best->id, best->newest, best_similarity};
}

}  // namespace headrace
