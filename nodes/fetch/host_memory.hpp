// What hosts have taught us in this run and, where there is a durable store, in earlier ones. A host is read from the store
// when it is first met; what changes is written a few seconds later, many hosts in one batch, and when the memory goes.
//
//   HostFacts& facts = memory.meet("https://example.org");
//   facts.breaker.answered();
//   memory.changed("https://example.org");
//
// Everything happens on the IO loop's thread. A store that cannot be read or written is logged, and costs nobody an answer.
#pragma once
#include <array>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/graph/spec.hpp"
#include "core/state/store.hpp"
#include "nodes/fetch/host_breaker.hpp"
#include "nodes/fetch/host_pace.hpp"
#include "nodes/fetch/host_record.hpp"

namespace headrace {

// Of one origin, in Clock::elapsed() time.
struct HostFacts {
  explicit HostFacts(const HostPace::Rule& rule) : pace(rule) {}
  void saw(int status);  // 0: no answer came

  HostPace pace;
  HostBreaker breaker;
  Duration held_until{0};   // by a Retry-After
  Duration http1_until{0};  // HTTP/2 has failed
  std::array<std::uint16_t, HostRecord::most_statuses> statuses{};
  std::uint64_t requests = 0, bytes = 0;  // the last statuses stand at requests modulo their number
  bool dirty = false;
};

class HostMemory {
 public:
  struct Rules {
    HostPace::Rule pace;
    HostBreaker::Rule breaker;
  };
  HostMemory(Rules rules, std::shared_ptr<Store> store, Services& services);
  ~HostMemory() { close(); }
  HostMemory(const HostMemory&) = delete;

  const Rules& rules() const { return rules_; }
  HostFacts& meet(const std::string& origin);  // valid until the next meet()
  void changed(const std::string& origin);
  // What else is to be known of a host in later runs, under a key of its own.
  void keep(const std::string& key, std::string value);
  std::optional<std::string> kept(const std::string& key) const;
  void close();  // writes what is left

 private:
  void write();
  void write(const WriteBatch& batch);
  void load(const std::string& origin, HostFacts& facts);
  HostRecord record_of(const std::string& origin, const HostFacts& facts) const;
  bool is_dull(const HostFacts& facts) const;
  void sweep();

  const Rules rules_;
  const std::shared_ptr<Store> store_;  // null when there is no durable one
  Services& services_;
  std::unordered_map<std::string, HostFacts> hosts_;
  std::vector<std::string> dirty_;
  std::size_t sweep_at_ = 4096;
  TimerId timer_ = 0;
};

}  // namespace headrace
