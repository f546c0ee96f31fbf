#include "jobs/keeper.h"

#include <thread>

#include "base/log.h"

namespace vigil::jobs {
namespace {

constexpr int kAtOnce = 200;

bool may_be_taken(const model::JobEvent& event) {
  return event.state == model::JobState::Queued;
}

}  // namespace

struct Keeper::State {
  KeeperConfig config;
  store::Jobs& jobs;
  bus::Jobs& bus;
  Wakeup& wakeup;
  Clock& clock;
  bool away = false;  // of the thread
  std::jthread thread = {};

  void note(const Result<int>& done);
};

Keeper::Keeper(KeeperConfig config, store::Jobs& jobs, bus::Jobs& bus, Wakeup& wakeup, Clock& clock)
    : state_(new State{config, jobs, bus, wakeup, clock}) {}

Keeper::~Keeper() {
  stop();
}

void Keeper::start() {
  state_->thread = std::jthread([this](std::stop_token stop) {
    auto next_look = state_->clock.steady();
    do {
      if (state_->clock.steady() >= next_look) {
        state_->note(look_after());
        next_look = state_->clock.steady() + state_->config.look_after;
      }
      if (state_->config.relay) state_->note(relay());
    } while (state_->clock.sleep(state_->config.round, stop));
  });
}

void Keeper::stop() {
  if (!state_->thread.joinable()) return;
  state_->thread = {};
  if (state_->config.relay) state_->note(relay());
}

Result<int> Keeper::relay() {
  int told = 0;
  while (true) {
    VIGIL_ASSIGN(auto events, state_->jobs.log().unsent(kAtOnce));
    std::vector<std::uint64_t> sequences;
    bool due = false;
    for (const auto& event : events) {
      sequences.push_back(event.sequence);
      due = due || may_be_taken(event);
      state_->bus.publish(event);
    }
    // Told, then marked: a crash in between tells it twice, never not at all.
    VIGIL_TRY(state_->jobs.log().mark_sent(sequences));
    if (due) state_->wakeup.notify();
    told += static_cast<int>(events.size());
    if (events.size() < kAtOnce) return told;
  }
}

Result<int> Keeper::look_after() {
  return state_->jobs.queue().look_after();
}

void Keeper::State::note(const Result<int>& done) {
  if (!done && !away) log::warn("jobs cannot be looked after", {{"reason", done.error().message}});
  if (done && away) log::info("jobs are looked after again");
  away = !done.ok();
}

}  // namespace vigil::jobs
