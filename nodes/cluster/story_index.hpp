// The active stories: what each is about, and which of them a new document is near.
//
// A story is the sum of its documents' terms (its centroid, of the last 32 of them). Terms are weighted by how rare they are
// among the active stories: among documents, a story that everybody writes about would lose its own words. All that an answer depends on is
// a function of the documents added and not yet removed, and of their order; nothing depends on what was there before. So the documents
// alone are the state, and adding them again in their order gives the same index, to the bit. One thread.
#pragma once
#include <cmath>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "nodes/cluster/story_terms.hpp"

namespace headrace {

struct StoryDocument {
  std::uint64_t number = 0;  // order of arrival; later ones are greater
  std::string story;         // id
  std::int64_t newest = 0;   // time of the story's newest document, this one included, in microseconds
  std::vector<TermWeight> terms;
};

class StoryIndex {
 public:
  struct Match {
    std::string story;
    std::int64_t newest = 0;
    double similarity = 0;  // cosine times decay
  };
  StoryIndex() = default;
  StoryIndex(const StoryIndex&) = delete;
  StoryIndex(StoryIndex&&) = default;

  // The nearest story. Its similarity halves for each `half_life` between the document and the story's newest one.
  std::optional<Match> nearest(const std::vector<TermWeight>& terms, std::int64_t time, double half_life);
  void add(StoryDocument document);
  void remove(std::uint64_t number);                                   // the oldest of its story
  std::optional<std::int64_t> newest(const std::string& story) const;  // nothing when it is not active
  std::size_t stories() const { return by_id_.size(); }
  std::vector<std::uint64_t> documents_of_stalest() const;  // of the story that has waited longest for a document

 private:
  struct Posting {
    std::uint32_t slot, life;
  };
  struct Term {
    std::uint32_t documents = 0;  // that have it: as long as there is one, the term stays where it is
    std::uint32_t stories = 0;    // whose centroids have it; `postings` may hold dead ones besides
    double log_stories = 0;       // ln(stories + 1)
    std::vector<Posting> postings;
    void count(int change) { log_stories = std::log((stories += static_cast<std::uint32_t>(change)) + 1.0); }
  };
  struct Part {
    std::uint32_t term = 0;
    std::uint32_t weight = 0;
    Term* of = nullptr;  // stays where it is while anybody has the term
  };
  struct Story {
    std::string id;
    std::int64_t newest = 0;
    std::deque<std::uint64_t> documents;  // numbers, in order
    std::vector<Part> centroid;           // sorted by term
    std::uint64_t last() const { return documents.back(); }
  };
  struct Candidate {
    std::uint32_t slot;
    double product;
  };

  std::uint32_t slot_of(const std::string& story);
  bool alive(const Posting& posting) const { return life_[posting.slot] == posting.life; }
  double rarity(const Term& term) const;
  void count_in(const StoryDocument& document);
  void count_out(const StoryDocument& document);
  void add_to_centroid(std::uint32_t slot, const StoryDocument& document);
  void take_from_centroid(std::uint32_t slot, const StoryDocument& document);
  void leave(const Part& part, std::uint32_t slot);
  void close(std::uint32_t slot);
  std::vector<Candidate> candidates(const std::vector<TermWeight>& terms);
  double cosine(const std::vector<TermWeight>& terms, double norm, const Story& story) const;
  double norm_of(const std::vector<TermWeight>& terms) const;

  std::unordered_map<std::uint32_t, Term> terms_;
  std::unordered_map<std::uint64_t, StoryDocument> documents_;
  std::unordered_map<std::string, std::uint32_t> by_id_;
  std::set<std::pair<std::uint64_t, std::uint32_t>> by_age_;  // (number of the last document, slot)
  std::vector<Story> slots_;
  std::vector<std::uint32_t> life_;  // by slot: tells the stories of a slot apart; 0 when it is free. Apart, for the cache
  std::vector<std::uint32_t> free_;
  std::vector<double> products_;  // scratch, by slot; all zero between calls
  std::uint32_t lives_ = 0;
};

}  // namespace headrace
