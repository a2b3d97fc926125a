// The author's interface. A node is a class with one operator(), whose parameters name the keys that it needs:
//
//   class CountWords {
//    public:
//     struct Config {
//       int at_least = 1;
//       static constexpr auto fields() {
//         return std::tuple(field("at_least", &Config::at_least, "Shorter texts are dropped.", in_range(0, 1e9)));
//       }
//     };
//     explicit CountWords(Config config) : config_(config) {}
//     Maybe<int> operator()(In<"text"> text) const;
//    private:
//     Config config_;
//   };
//   HEADRACE_NODE(CountWords, "count_words", "Counts the words of a text.")
//
// The signature says what kind of node it is:
//   const                       pure: called from many threads at once
//   not const                   stateful: one call at a time
//   returns Maybe<T>            may drop the record, with a reason
//   returns Each<T>             expands the record into child records
//   takes Reply<T>              asynchronous: answers later, once, from any thread
//   takes Emit<T>               a source, on a thread of its own
//   takes Fill                  a source that fills the declared inputs of its pipeline instead of a key of its own
//   returns void                a sink; it may have flush(), position(), resume(), close() and last_word()
// Further parameters: Opt, Now, Random, Deadline, DocumentId, Mark, State, Inputs. A body may throw NodeError; anything else
// that it throws becomes an error of kind `internal`. Inputs are borrowed for the length of the call; an asynchronous body copies
// what it needs later, because a timeout may end the record while the body still works.
#pragma once
#include "core/graph/spec.hpp"

namespace headrace {

// A required input. Reads like a pointer.
template <FixedString Name> class In {
  static_assert(KnownKey<Name>, "unknown key: declare it with HEADRACE_KEY");

 public:
  using type = typename Key<Name>::type;
  static constexpr std::string_view key = Name.view();
  static constexpr bool optional = false;
  In(const type& value) : value_(&value) {}
  In(const type&&) = delete;  // an In never owns
  const type& operator*() const { return *value_; }
  const type* operator->() const { return value_; }
  operator const type&() const { return *value_; }

 private:
  const type* value_;
};

// An input that may be absent.
template <FixedString Name> class Opt {
  static_assert(KnownKey<Name>, "unknown key: declare it with HEADRACE_KEY");

 public:
  using type = typename Key<Name>::type;
  static constexpr std::string_view key = Name.view();
  static constexpr bool optional = true;
  explicit Opt(const type* value) : value_(value) {}
  explicit operator bool() const { return value_ != nullptr; }
  const type& operator*() const { return *value_; }
  const type* operator->() const { return value_; }

 private:
  const type* value_;
};

// A resource, as a Config field. Interface names itself and its defaults:
//   static constexpr std::string_view interface_name = "http client", default_node = "http_client", file_node = "";
template <class Interface> class Use {
 public:
  using interface_type = Interface;
  Use() = default;
  Use(std::shared_ptr<Interface> resource) : resource_(std::move(resource)) {}
  Interface* operator->() const { return resource_.get(); }
  Interface& operator*() const { return *resource_; }
  explicit operator bool() const { return resource_ != nullptr; }

 private:
  std::shared_ptr<Interface> resource_;
};

struct Drop {
  std::string reason;
};  // a snake_case word, counted in the ledger

template <class T> class Maybe {
 public:
  Maybe(T value) : value_(std::move(value)) {}
  Maybe(Drop drop) : reason_(std::move(drop.reason)) {}
  bool has_value() const { return value_.has_value(); }
  T& value() { return *value_; }
  const std::string& reason() const { return reason_; }

 private:
  std::optional<T> value_;
  std::string reason_;
};

template <class T> struct Each { std::vector<T> items; };

struct NodeError : std::runtime_error {
  NodeError(std::string kind, const std::string& message, bool retryable = false)
      : std::runtime_error(message), failure{std::move(kind), message, retryable, {}} {}
  explicit NodeError(Failure why) : std::runtime_error(why.message), failure(std::move(why)) {}
  Failure failure;
};

// The answer of an asynchronous node. Copies share one answer; a Reply that is let go unanswered fails as `no_reply`.
template <class T> class Reply {
 public:
  using type = T;
  explicit Reply(std::shared_ptr<ReplyTarget> target) : target_(std::move(target)) {}
  // Gives the value. False when the answer came too late (timeout, shutdown): the value is then thrown away.
  bool operator()(T value) const {
    void* slot = target_->claim();
    if (!slot) return false;
    new (slot) T(std::move(value));
    target_->complete(Status::ready, {}, {});
    return true;
  }
  bool fail(Failure failure) const { return target_->claim() && (target_->complete(Status::failed, std::move(failure), {}), true); }
  bool drop(std::string reason) const { return target_->claim() && (target_->complete(Status::dropped, {}, std::move(reason)), true); }
  // The record gives its token back while it waits for a host, a retry, a turn.
  void park() const { target_->park(); }
  // Calls `task`, on any thread, when the record has a token again. Asking never blocks. Not called after a shutdown.
  void ready(std::function<void()> task) const { target_->ready(std::move(task)); }

 private:
  std::shared_ptr<ReplyTarget> target_;
};

// What every source emits into. Belongs to the source's thread.
class Emitter {
 public:
  explicit Emitter(SourceTarget& target) : target_(&target) {}
  // A record that failed before it had a value: it is counted, and dead-lettered, like any other failure.
  bool fail(Failure failure, Position position = {}) const { return target_->fail(std::move(failure), std::move(position)); }
  // A position that belongs to no record (an answer without new entries).
  void settled(Position position) const { target_->settled(std::move(position)); }
  // The payload of the last settled position of a partition.
  std::optional<std::string> last(std::string_view partition) const { return target_->last(partition); }
  // Whether everything emitted for this partition has settled.
  bool all_settled(std::string_view partition) const { return target_->all_settled(partition); }
  // Reports what belongs to no record: a feed that cannot be read.
  void trouble(std::string_view subject, Failure failure) const { target_->trouble(subject, std::move(failure)); }
  bool sleep(Duration delay) const { return target_->sleep(delay); }  // false when the pipeline stops
  bool stopping() const { return target_->stop_token().stop_requested(); }
  std::stop_token stop_token() const { return target_->stop_token(); }

 protected:
  SourceTarget* target_;
};

// Of a source with a key of its own.
template <class T> class Emit : public Emitter {
 public:
  using type = T;
  using Emitter::Emitter;
  // Waits for admission. False when the pipeline stops: the value was not taken and the source should return.
  bool operator()(T value, Position position = {}) const { return target_->emit(AnyValue::of(std::move(value)), std::move(position)); }
};

// Of a source that fills the declared inputs. Its class may have `static void ports(const Config&, PortList&)`, which names
// the inputs, and fields of inputs, that its configuration speaks of: they are checked before anything runs.
class Fill : public Emitter {
 public:
  using Emitter::Emitter;
  const std::vector<Port>& inputs() const { return target_->inputs(); }  // name and type, in the order of the file
  // One value for each input; an empty one is absent. Otherwise as Emit.
  bool operator()(std::vector<AnyValue> values, Position position = {}) const {
    return target_->fill(std::move(values), std::move(position));
  }
};

struct Now {
  Time time;
};  // wall time of the call
struct DocumentId {
  std::string_view text;
};  // the record's identity; empty when the pipeline declares none

// Numbers for one call: a function of the run's seed, the key and the record, so reruns and threads change nothing.
class Random : public RandomNumbers {
  using RandomNumbers::RandomNumbers;
};

// Until when a CPU-bound body may work. `timeout:` is refused on a CPU node that does not take one.
class Deadline {
 public:
  Deadline(const Clock& clock, Duration until) : clock_(&clock), until_(until) {}
  bool passed() const { return until_ != Duration::max() && clock_->elapsed() >= until_; }

 private:
  const Clock* clock_;
  Duration until_;
};

// Notes that go into the state store in the batch in which the record settles.
class Mark {
 public:
  explicit Mark(std::vector<MarkedChange>& changes, run::Claims* claims = nullptr, run::Record* claimant = nullptr)
      : changes_(&changes), claims_(claims), claimant_(claimant) {}
  void put(std::string key, std::string value, When when = When::always) const {
    changes_->push_back({when, std::move(key), std::move(value)});
  }
  void remove(std::string key, When when = When::always) const { changes_->push_back({when, std::move(key), std::nullopt}); }
  // Keeps a name for this record until it has settled. False: another record on its way has it; the node drops this one as
  // "duplicate", which then settles only with that one. To see every record of a name, claim it before looking for its marks.
  bool claim(std::string name) const;

 private:
  std::vector<MarkedChange>* changes_;
  run::Claims* claims_;  // null outside of runs: everything is granted
  run::Record* claimant_;
};

// The keyed state of a stateful node. Changes join the batch in which the record settles; get() and scan() see them at once.
class State {
 public:
  explicit State(StateAccess& access) : access_(&access) {}
  std::optional<std::string> get(std::string_view key) const { return access_->get(key); }
  void put(std::string key, std::string value) const { access_->put(std::move(key), std::move(value)); }
  void remove(std::string key) const { access_->remove(std::move(key)); }
  void scan(std::string_view prefix, const std::function<void(std::string_view key, std::string_view value)>& visit) const {
    access_->scan(prefix, visit);
  }
  int stored_version() const { return access_->stored_version(); }  // 0 when nothing was stored yet

 private:
  StateAccess* access_;
};

// The inputs of a node with dynamic ports: `static void ports(const Config&, PortList&)`.
class Inputs {
 public:
  Inputs(const std::vector<Port>& ports, const void* const* values) : ports_(&ports), values_(values) {}
  std::size_t size() const { return ports_->size(); }
  const std::string& name(std::size_t i) const { return (*ports_)[i].name; }
  const TypeInfo& type(std::size_t i) const { return *(*ports_)[i].type; }
  const void* get(std::size_t i) const { return values_[i]; }  // null when absent
  void write(std::size_t i, JsonWriter& writer) const { values_[i] ? type(i).write(writer, values_[i]) : writer.null(); }

 private:
  const std::vector<Port>* ports_;
  const void* const* values_;
};

}  // namespace headrace

#include "core/graph/spec_of.hpp"

#define HEADRACE_NODE(TYPE, NAME, DOC)                                                                                                  \
  namespace {                                                                                                                           \
  [[maybe_unused]] const bool HEADRACE_JOIN(headrace_node_,                                                                             \
                                            __COUNTER__) = headrace::register_node(headrace::detail::spec_of<TYPE>(NAME, DOC, __FILE__, \
                                                                                                                   __LINE__));          \
  }

// A resource: a class derived from INTERFACE that lives as long as the pipeline. Its constructor opens it (Config, or
// Config and Services&), its destructor closes it; a NodeError thrown by the constructor ends the start with that message.
#define HEADRACE_RESOURCE(TYPE, INTERFACE, NAME, DOC)                                                              \
  namespace {                                                                                                      \
  [[maybe_unused]] const bool HEADRACE_JOIN(headrace_node_, __COUNTER__) =                                         \
      headrace::register_node(headrace::detail::resource_spec_of<TYPE, INTERFACE>(NAME, DOC, __FILE__, __LINE__)); \
  }
