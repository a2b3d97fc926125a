// Which entries of a feed were seen: an identity that survives what feeds do to it.
//
// An entry has two names. Its first is its guid, else its link, else its title and date. Its second is its title with its date,
// or with its link when it has no date: it tells an entry whose guid has changed, as all guids of a feed do when its site moves to
// another program. An entry is known when either name is. A name that two entries of one answer share names neither of them
// (a feed of tracks all called "Untitled"), unless it is a first name: then the second entry is a copy.
//
//   EntryNames names;
//   for (const std::size_t i : names.take(entries).fresh) ...   // the new ones, which are known from then on
//
// Two names are 16 bytes. Kept are those of the last answer, and of earlier ones up to 200 entries or twice the last answer:
// servers behind a balancer show older answers again. One thread.
#pragma once
#include <cstdint>

#include "nodes/values.hpp"

namespace headrace {

class EntryNames {
 public:
  EntryNames() = default;
  explicit EntryNames(std::string_view bytes);  // as bytes() gave them; anything else counts as none

  struct Taken {
    std::vector<std::size_t> fresh;  // where the new ones stand
    std::size_t entries = 0;         // that have a name of their own; when all of them are new, others may have been missed
  };
  Taken take(const std::vector<FeedEntry>& entries);
  std::string bytes() const;
  std::size_t size() const { return known_.size(); }

 private:
  struct Name {
    std::uint64_t first = 0, second = 0;  // 0: none
  };
  static Name name_of(const FeedEntry& entry);
  std::vector<Name> known_;  // the last answer's first
};

}  // namespace headrace
