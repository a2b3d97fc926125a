// The settler's second half: which prefix of the commit order may be committed, and its one batch.
#include <algorithm>

#include "core/node.hpp"
#include "core/run/crash_point.hpp"
#include "core/run/settler.hpp"

namespace headrace::run {

void Settler::keep_effect(Record& record, Verdict verdict) {
  Effect effect;
  effect.place = true;
  if (verdict == Verdict::cancelled || failed()) {  // it comes again; what it did to states keeps later records unsettled too
    unsettled_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  RecordNotes& notes = record.notes;
  std::sort(notes.marks.begin(), notes.marks.end(), [](const auto& a, const auto& b) { return a.step < b.step; });
  for (auto& each : notes.marks)
    for (MarkedChange& change : each.changes)
      if (change.when == When::always || (change.when == When::failed) == (verdict == Verdict::failed))
        effect.marks.push_back(std::move(change));
  effect.changes = std::move(notes.changes);
  effect.tickets = std::move(notes.tickets);
  if (record.positioned) {
    effect.source = record.source;
    effect.partition = record.partition;
    effect.position = record.position;
  }
  effect.record = record.id;
  effect.claims = std::move(record.claims);
  unsettled_.fetch_add(1, std::memory_order_relaxed);
  if (record.yields() && !holders_.contains(record.yields_to) && engine_.claims().holds(record.yields_to))
    yielding_[record.yields_to].push_back(std::move(effect));  // settles with that one
  else
    push_with_yielding(std::move(effect));
}

// And those that have waited for it, and for them.
void Settler::push_with_yielding(Effect first) {
  std::vector<Effect> group;
  group.push_back(std::move(first));
  while (!group.empty()) {
    Effect effect = std::move(group.back());
    group.pop_back();
    if (!effect.claims.empty()) {
      holders_.insert(effect.record);
      if (auto waiting = yielding_.extract(effect.record)) std::move(waiting.mapped().begin(), waiting.mapped().end(), std::back_inserter(group));
    }
    push_effect(std::move(effect));
  }
}

// A prefix of the commit order is a cut when it holds, of each instance of a stateful node, every call up to some number.
void Settler::push_effect(Effect effect) {
  for (const auto& ticket : effect.tickets) {
    Tickets& tickets = tickets_[ticket.instance];
    const bool before = tickets.seen == tickets.next;
    ++tickets.seen;
    tickets.next = std::max(tickets.next, ticket.number + 1);
    const bool after = tickets.seen == tickets.next;
    if (before != after) after ? --unbalanced_ : ++unbalanced_;
  }
  effects_.push_back(std::move(effect));
  if (unbalanced_ != 0) return;
  cut_ = effects_.size();
  cut_at_end_ = true;
}

// Before the sinks grow behind the cut.
void Settler::keep_cut_lengths() {
  if (std::exchange(cut_at_end_, false)) cut_lengths_ = lengths();
}

// Flushes the sinks whose time has come. True when nothing is left unflushed.
bool Settler::flush_due() {
  const bool now = closing_ || engine_.admission().active() == 0;
  Duration soonest = Duration::max();
  bool all = true;
  for (Sink& sink : sinks_) {
    const SinkStep& plan = *sink.layout->plan;
    if (sink.waiting == 0) continue;
    if (!now && sink.waiting < plan.flush_records) {
      const Duration left = plan.flush_every == Duration::zero() ? Duration::max() : sink.since + plan.flush_every - clock_.elapsed();
      if (left > Duration::zero()) {
        soonest = std::min(soonest, left);
        all = false;
        continue;
      }
    }
    crash_point("before_flush");
    if (!with_retries(plan.key, [&] { sink.node->flush(); })) return false;
    sink.waiting = 0;
    crash_point("after_one_flush");
  }
  if (dead_letters_waiting_ && !with_retries(dead_letter_name, [&] { dead_letters_->flush(); })) return false;
  dead_letters_waiting_ = 0;
  if (soonest != Duration::max() && !timer_) {
    timer_ = clock_.after(soonest, [this] {
      timer_due_.store(true);
      look_again();
    });
  }
  return all;
}

bool Settler::commit() {
  if (failed()) return false;
  if (timer_due_.exchange(false)) timer_ = 0;
  if (!flush_due() || cut_ == 0) return false;
  if (timer_) clock_.cancel(std::exchange(timer_, 0));
  crash_point("between_flush_and_settle");
  const std::size_t count = std::exchange(cut_, 0);
  WriteBatch batch;
  apply(count, batch);
  if (!batch.empty() && !with_retries("store", [&] { store_.write(batch, Durability::synced); })) return false;
  positions_.published();
  crash_point("after_settle");
  std::size_t places = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Effect& effect = effects_.front();
    for (const StateChange& change : effect.changes) states_[static_cast<std::size_t>(change.instance)]->committed(change);
    if (!effect.claims.empty()) {
      holders_.erase(effect.record);
      engine_.claims().release(effect.record, effect.claims);
    }
    places += effect.place ? 1 : 0;
    effects_.pop_front();
  }
  unsettled_.fetch_sub(places, std::memory_order_relaxed);
  engine_.admission().places_freed(places);
  return true;
}

// State changes in the order of their calls; marks and positions in commit order.
void Settler::apply(std::size_t count, WriteBatch& batch) {
  std::vector<const StateChange*> changes;
  for (std::size_t i = 0; i < count; ++i) {
    const Effect& effect = effects_[i];
    for (const MarkedChange& mark : effect.marks) {
      if (mark.value) batch.put(mark.key, *mark.value);
      else batch.remove(mark.key);
    }
    for (const StateChange& change : effect.changes) changes.push_back(&change);
    if (effect.source >= 0) positions_.settle(effect.source, effect.partition, effect.position, batch);
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const auto* a, const auto* b) { return std::pair(a->instance, a->ticket) < std::pair(b->instance, b->ticket); });
  for (const StateChange* change : changes) states_[static_cast<std::size_t>(change->instance)]->commit(*change, batch);
  if (batch.empty() && !store_.durable()) return;
  keep_cut_lengths();
  for (std::size_t i = 0; i < cut_lengths_.size(); ++i) note_length(i, cut_lengths_[i], batch);
  crash_point("while_checkpointing");
}

void Settler::close() {
  closing_ = true;
  pump();
  const Clock::Busy busy(clock_);
  busy_ = &busy;
  for (Sink& sink : sinks_) with_retries(sink.layout->plan->key, [&] { sink.node->close(); });
  busy_ = nullptr;
}

}  // namespace headrace::run
