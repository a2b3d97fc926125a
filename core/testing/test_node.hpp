// A registered node under test: no header of the node, no class name; its configuration is parsed as in production.
//
//   TestNode label("label_topics", "{min_score: 0.5}");
//   label.use<TopicModel>("model", fake).given<"article">({.text = "solar panels"});
//   CHECK(label.call<std::vector<Topic>>().value().size() == 1);
//
// A misspelt key does not compile; a bad configuration throws std::runtime_error with the message that users see. Time is
// virtual and IO is real: call() pumps the loop until an asynchronous node has answered. One thread.
#pragma once
#include <deque>
#include <map>

#include "core/node.hpp"
#include "core/run/io_loop.hpp"

namespace headrace::testing {

// What a call gave: a value, a drop or a failure. The accessor for another of the three throws std::logic_error.
template <class T> class Answer {
 public:
  using Values = std::conditional_t<std::is_same_v<T, bool>, std::deque<bool>, std::vector<T>>;  // a vector has no bool& to give
  Answer(Status status, Values values, std::string reason, Failure failure)
      : status_(status), values_(std::move(values)), reason_(std::move(reason)), failure_(std::move(failure)) {}
  Status status() const { return status_; }
  T& value() { return want(Status::ready), values_.at(0); }
  Values& values() { return want(Status::ready), values_; }  // of an expanding node, all of them
  const std::string& reason() const { return want(Status::dropped), reason_; }
  const Failure& failure() const { return want(Status::failed), failure_; }

 private:
  void want(Status status) const {
    if (status_ != status) throw std::logic_error("the node answered otherwise: " + failure_.kind + failure_.message + reason_);
  }
  Status status_;
  Values values_;
  std::string reason_;
  Failure failure_;
};

// What a source gave while it ran.
template <class T> struct Emitted {
  std::vector<T> values;
  std::vector<Position> positions;  // of the values, in order
  std::vector<Failure> failures;    // Emit::fail
  std::vector<Position> settled;    // Emit::settled
  std::vector<std::pair<std::string, Failure>> troubles;
};

class TestNode {
 public:
  explicit TestNode(std::string_view name, std::string config = "{}");
  ~TestNode();
  TestNode(const TestNode&) = delete;

  template <class Interface> TestNode& use(std::string_view field, std::shared_ptr<Interface> resource) {
    return set_resource(field, std::static_pointer_cast<void>(resource));
  }
  template <FixedString Name> TestNode& given(typename Key<Name>::type value) {
    return set_input(Name.view(), AnyValue::of(std::move(value)));
  }
  TestNode& absent(std::string_view port);  // forgets an earlier given()
  TestNode& document(std::string id);       // the DocumentId of the next calls

  template <class T> Answer<T> call() {
    check_output(type_of<T>());
    typename Answer<T>::Values values;
    const Outcome outcome = call_erased([&](void* value) { values.push_back(std::move(*static_cast<T*>(value))); });
    return {outcome.status, std::move(values), outcome.reason, outcome.failure};
  }
  Status call_sink();  // a sink; flush() is called as well

  // Runs a source on this thread until it returns, or until it has emitted `limit` values. `settle` says whether positions
  // settle at once, so that last() gives them back, also to a later run of this TestNode.
  template <class T> Emitted<T> run(std::size_t limit = 1'000'000, bool settle = true) {
    check_output(type_of<T>());
    Emitted<T> out;
    run_erased(
        limit, settle, [&](AnyValue value) { out.values.push_back(std::move(*static_cast<T*>(const_cast<void*>(value.data())))); },
        out.positions, out.failures, out.settled, out.troubles);
    return out;
  }

  std::vector<MarkedChange>& marks();  // what the calls so far have marked
  Services& services();                // virtual clock, a loop of its own, no log
  Node& node();                        // built, and opened, at first use
  void reopen();                       // a new instance with the stored state of the old one

 private:
  struct Outcome {
    Status status;
    std::string reason;
    Failure failure;
  };
  struct Impl;
  TestNode& set_resource(std::string_view field, std::shared_ptr<void> resource);
  TestNode& set_input(std::string_view port, AnyValue value);
  void check_output(const TypeInfo& type) const;
  Outcome call_erased(const std::function<void(void*)>& take);
  void run_erased(std::size_t limit, bool settle, const std::function<void(AnyValue)>& take, std::vector<Position>& positions,
                  std::vector<Failure>& failures, std::vector<Position>& settled, std::vector<std::pair<std::string, Failure>>& troubles);
  std::unique_ptr<Impl> impl_;
};

}  // namespace headrace::testing
