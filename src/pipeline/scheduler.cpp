#include "pipeline/scheduler.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/sync.h"

namespace vigil::pipeline {
namespace {

struct Piece {
  WallTime arrived;  // of the picture, or of the first one in whose place it stands
  bool offer = false;
  std::function<void()> work;
};

}  // namespace

struct Scheduler::State {
  // Everything about a lane but its figures is guarded by the scheduler's mutex: there are few lanes and the lock is
  // held for well under a microsecond.
  struct Queue {
    std::deque<Piece> waiting;
    std::optional<std::thread::id> running;
    std::uint64_t ready_since = 0;  // `turns` when it last became ready
    bool closed = false;
    LaneFigures figures;

    bool ready() const { return !running && !waiting.empty(); }
  };

  mutable Mutex mutex;
  CondVar work_there, piece_done;
  std::vector<std::shared_ptr<Queue>> lanes VIGIL_GUARDED_BY(mutex);
  std::uint64_t turns VIGIL_GUARDED_BY(mutex) = 0;  // pieces begun, over all lanes
  bool stopped VIGIL_GUARDED_BY(mutex) = false;
  std::vector<std::thread> threads;

  void run();
  std::shared_ptr<Queue> next() VIGIL_REQUIRES(mutex);
  void submit(Queue& queue, Piece piece);
};

struct Scheduler::Lane::State {
  std::shared_ptr<Scheduler::State> scheduler;
  std::shared_ptr<Scheduler::State::Queue> queue;
};

std::shared_ptr<Scheduler::State::Queue> Scheduler::State::next() {
  std::shared_ptr<Queue> first, longest;
  for (const auto& lane : lanes) {
    if (!lane->ready()) continue;
    if (!first || lane->waiting.front().arrived < first->waiting.front().arrived) first = lane;
    if (!longest || lane->ready_since < longest->ready_since) longest = lane;
  }
  if (longest && turns - longest->ready_since >= 2 * lanes.size()) return longest;
  return first;
}

void Scheduler::State::run() {
  const auto self = std::this_thread::get_id();
  MutexLock lock(mutex);
  for (;;) {
    work_there.wait(lock, [this]() VIGIL_REQUIRES(mutex) { return stopped || next() != nullptr; });
    if (stopped) return;
    auto queue = next();
    auto work = std::move(queue->waiting.front().work);
    queue->waiting.pop_front();
    queue->running = self;
    ++turns;
    lock.unlock();
    work();
    work = nullptr;  // what it holds (a picture) goes before the lock is taken
    lock.lock();
    ++queue->figures.ran;
    queue->running.reset();
    queue->ready_since = turns;
    piece_done.notify_all();
  }
}

void Scheduler::State::submit(Queue& queue, Piece piece) {
  std::function<void()> dropped;  // goes after the lock
  {
    MutexLock lock(mutex);
    if (stopped || queue.closed) return;
    const bool was_ready = queue.ready();
    if (piece.offer) {
      auto old = std::find_if(queue.waiting.begin(), queue.waiting.end(), [](const Piece& p) { return p.offer; });
      if (old != queue.waiting.end()) {
        ++queue.figures.replaced;
        dropped = std::move(old->work);
        piece.arrived = std::min(piece.arrived, old->arrived);
        queue.waiting.erase(old);
      }
    }
    queue.waiting.push_back(std::move(piece));
    if (was_ready || queue.running) return;
    queue.ready_since = turns;
  }
  work_there.notify_one();
}

Scheduler::Scheduler(int threads) : state_(std::make_shared<State>()) {
  for (int i = 0; i < std::max(1, threads); ++i) {
    state_->threads.emplace_back([state = state_.get()] { state->run(); });
  }
}

Scheduler::~Scheduler() {
  std::vector<Piece> dropped;
  {
    MutexLock lock(state_->mutex);
    state_->stopped = true;
    for (auto& lane : state_->lanes) {
      std::move(lane->waiting.begin(), lane->waiting.end(), std::back_inserter(dropped));
      lane->waiting.clear();
    }
  }
  dropped.clear();  // outside the lock: it may hold the last references to something large
  state_->work_there.notify_all();
  for (auto& thread : state_->threads) thread.join();
}

std::unique_ptr<Scheduler::Lane> Scheduler::open() {
  auto lane = std::make_shared<Lane::State>();
  lane->scheduler = state_;
  lane->queue = std::make_shared<State::Queue>();
  {
    MutexLock lock(state_->mutex);
    state_->lanes.push_back(lane->queue);
  }
  return std::unique_ptr<Lane>(new Lane(std::move(lane)));
}

int Scheduler::threads() const {
  return static_cast<int>(state_->threads.size());
}

Scheduler::Lane::Lane(std::shared_ptr<State> state) : state_(std::move(state)) {}

Scheduler::Lane::~Lane() {
  auto& scheduler = *state_->scheduler;
  auto& queue = *state_->queue;
  std::deque<Piece> dropped;
  {
    MutexLock lock(scheduler.mutex);
    VIGIL_ASSERT(queue.running != std::this_thread::get_id());
    queue.closed = true;
    dropped.swap(queue.waiting);
    std::erase(scheduler.lanes, state_->queue);
  }
  dropped.clear();
  MutexLock lock(scheduler.mutex);
  scheduler.piece_done.wait(lock, [&queue] { return !queue.running; });
}

void Scheduler::Lane::post(WallTime arrived, std::function<void()> work) {
  state_->scheduler->submit(*state_->queue, {arrived, false, std::move(work)});
}

void Scheduler::Lane::offer(WallTime arrived, std::function<void()> work) {
  state_->scheduler->submit(*state_->queue, {arrived, true, std::move(work)});
}

LaneFigures Scheduler::Lane::figures() const {
  MutexLock lock(state_->scheduler->mutex);
  return state_->queue->figures;
}

}  // namespace vigil::pipeline
