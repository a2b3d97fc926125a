// A record at work: one block of typed slots, a status for each, one countdown for each step of its level.
//
// Slots are written once, by the step that produces them, and read after its countdown, so they need no lock. What is rare
// (errors, drops, marks, tickets, tries) stands in `notes`, behind a mutex.
#pragma once
#include <atomic>
#include <list>
#include <mutex>
#include <optional>

#include "core/run/around/around.hpp"
#include "core/run/layout.hpp"
#include "core/run/run.hpp"

namespace headrace::run {

struct Worker;

struct StateChange {
  int instance;          // of a stateful node
  std::uint64_t ticket;  // of the call among its calls
  std::string key;
  std::optional<std::string> value;  // nothing removes
};

struct RecordNotes {
  struct Error {
    int step;
    KeyError error;
  };
  struct Dropped {
    int step;
    std::string key, reason;
  };
  struct Marks {
    int step;
    std::vector<MarkedChange> changes;
  };
  struct Ticket {
    int instance;
    std::uint64_t number;
  };
  struct Tries {
    int step;
    int failed;
    std::string first_cause;
  };
  std::mutex mutex;
  std::vector<Error> errors;
  std::vector<Dropped> drops;
  std::vector<Marks> marks;
  std::vector<Ticket> tickets;
  std::vector<StateChange> changes;
  std::vector<Tries> tries;
  std::vector<Error> fallbacks;  // failures that a fallback has answered for
  std::list<Asked> asked;        // of each step that asked before its first try, or is at its fallback
  struct Entered {
    int step, gate;
  };
  std::vector<Entered> gates;                           // in which it has a place
  std::vector<std::function<void(Worker&)>> for_token;  // what goes on when it has a token again
  bool asking = false;                                  // for that token
  struct Expansion {
    int step;
    std::unique_ptr<Children> children;
    std::size_t next;
    std::uint32_t before;
  };
  std::list<Expansion> expansions;  // children that are not yet made; unlike a deque, a list allocates nothing while empty
};

struct Record {
  static constexpr std::uint64_t nobody = ~std::uint64_t(0);
  const LevelLayout* layout = nullptr;
  Record* parent = nullptr;
  std::uint64_t number = 0;  // of admission, of the root
  std::uint64_t id = 0;      // of this record, unique in the run
  std::uint32_t index = 0;   // among the children of its expanding key
  std::uint32_t order = 0;   // among all children of its parent
  int source = -1;           // index in Plan::sources; -1: fed
  std::string partition;     // position in the source
  std::uint64_t position = 0;
  bool positioned = false;

  std::atomic<std::uint32_t> handoff{0};
  std::atomic<int> left{0};     // steps that are not resolved
  std::atomic<int> working{0};  // branches at work: put, running, or answered later and not parked
  std::atomic<int> open{1};     // itself, and children that have not retired
  std::atomic<std::size_t> bytes{0};
  std::atomic<bool> token{false};
  std::atomic<bool> waited{false};  // a branch has ended while others waited
  std::atomic<bool> cancelled{false};
  std::atomic<bool> failed{false}, dropped{false};
  bool sampled = false;  // every step of it is timed
  std::string document;  // its identity, once known
  std::vector<std::string> claims;    // see Claims, which guards both while the record is at work
  std::uint64_t yields_to = nobody;   // the record that has what this one asked for
  bool yields() const { return yields_to != nobody; }

  // In the settler: the order of siblings.
  std::uint32_t next_in_order = 0;  // of its children
  bool registered = false;
  std::vector<std::pair<std::uint32_t, Record*>> waiting_children;
  bool arrived = false;

  RecordNotes notes;

  Status& status(int slot) { return reinterpret_cast<Status*>(raw() + layout->status_at)[slot]; }
  std::atomic<int>& pending(int step) { return reinterpret_cast<std::atomic<int>*>(raw() + layout->pending_at)[step]; }
  std::atomic<int>& readers(int slot) { return reinterpret_cast<std::atomic<int>*>(raw() + layout->readers_at)[slot]; }
  void* at(std::size_t offset) { return raw() + layout->block_at + offset; }
  bool released(int slot) {
    return layout->readers[static_cast<std::size_t>(slot)] > 0 && readers(slot).load(std::memory_order_acquire) == 0;
  }

 private:
  friend class RecordPool;
  std::byte* raw() { return reinterpret_cast<std::byte*>(this); }
};

// The memory of records, used again. Any thread.
class RecordPool {
 public:
  explicit RecordPool(const Layout& layout);
  ~RecordPool();  // with every record that is still at work, as an abort leaves them
  Record* create(const LevelLayout& level);
  void destroy(Record& record);         // and every value that still lives; one thread. Its memory is used again after ...
  void recycle();                       // ... this, on the same thread
  static Record* renew(Record& ended);  // a fresh one in its place

 private:
  struct Blocks {
    std::mutex mutex;
    std::vector<void*> all, free;  // `free` has room for all
  };
  static Record* construct(void* memory, const LevelLayout& level);
  static void clear(Record& record) noexcept;
  std::size_t index_of(const LevelLayout& level) const { return static_cast<std::size_t>(&level - layout_.levels.data()); }
  const Layout& layout_;
  std::vector<Blocks> blocks_;                            // by level
  std::vector<std::pair<std::size_t, void*>> destroyed_;  // level and memory
};

// What a reader finds: the value, or why there is none.
struct Found {
  const void* value = nullptr;
  bool blocked = false;  // dropped, failed or skipped: whoever needs it is skipped
};
Found find_value(Record& record, const Reader& reader);
const void* value_at(Record& owner, const Reader& reader);  // of a filled slot, whatever its status; null when absent

// The first alternative that is there.
Found find_value(Record& record, const PortLayout& port);

}  // namespace headrace::run
