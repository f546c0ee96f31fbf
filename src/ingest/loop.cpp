#include "ingest/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stop_token>

#include "base/assert.h"

namespace vigil::ingest {
namespace {

constexpr int kMostEvents = 128;
constexpr std::size_t kScratch = 64 << 10;  // no datagram is larger

SteadyTime now() {
  return system_clock().steady();
}

void ring(int bell) {
  const std::uint64_t one = 1;
  [[maybe_unused]] auto written = ::write(bell, &one, sizeof one);
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Loop::Inbox::Inbox() : bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Loop::Inbox::post(std::function<void()> call) {
  bool first = false;
  {
    MutexLock lock(mutex_);
    if (closed_) return;
    first = calls_.empty();
    calls_.push_back(std::move(call));
  }
  if (first) ring(bell_.get());
}

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), inbox_(new Inbox), scratch_(kScratch) {
  // Without descriptors for these nothing works in this process, and nobody could be told.
  VIGIL_ASSERT(epoll_ && inbox_->bell_);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = 0;
  VIGIL_ASSERT(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, inbox_->bell_.get(), &event) == 0);
}

Loop::~Loop() {
  std::vector<std::function<void()>> late;
  {
    MutexLock lock(inbox_->mutex_);
    inbox_->closed_ = true;
    late.swap(inbox_->calls_);
  }
}

bool Loop::watch(Member& member, int fd, std::uint32_t events, int tag) {
  epoll_event event{};
  event.events = events;
  if (auto known = by_fd_.find(fd); known != by_fd_.end()) {
    watches_[known->second] = {&member, fd, tag};
    event.data.u64 = known->second;
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0;
  }
  event.data.u64 = next_id_;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return false;
  by_fd_.emplace(fd, next_id_);
  watches_.emplace(next_id_++, Watch{&member, fd, tag});
  return true;
}

void Loop::forget(int fd) {
  auto known = by_fd_.find(fd);
  if (known == by_fd_.end()) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  watches_.erase(known->second);
  by_fd_.erase(known);
}

void Loop::wake_at(Member& member, SteadyTime when) {
  auto [found, fresh] = alarms_.try_emplace(&member, when);
  if (!fresh) {
    if (found->second == when) return;
    order_.erase({found->second, &member});
    found->second = when;
  }
  if (when == SteadyTime::max()) {
    alarms_.erase(found);
  } else {
    order_.emplace(when, &member);
  }
}

SteadyTime Loop::wakes_at(const Member& member) const {
  auto found = alarms_.find(&member);
  return found == alarms_.end() ? SteadyTime::max() : found->second;
}

void Loop::again(Member& member, int tag) {
  const auto wanted = std::pair(&member, tag);
  if (std::find(second_.begin(), second_.end(), wanted) == second_.end()) second_.push_back(wanted);
}

void Loop::leave(Member& member) {
  wake_at(member, SteadyTime::max());
  auto is_member = [&](const auto& turn) { return turn.first == &member; };
  std::erase_if(second_, is_member);
  std::erase_if(turning_, is_member);
  std::vector<int> fds;
  for (const auto& [_, watch] : watches_) {
    if (watch.member == &member) fds.push_back(watch.fd);
  }
  for (int fd : fds) forget(fd);
}

int Loop::timeout(SteadyTime until) const {
  if (!second_.empty()) return 0;
  if (!order_.empty()) until = std::min(until, order_.begin()->first);
  if (until == SteadyTime::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60000));
}

void Loop::round(SteadyTime until) {
  std::array<epoll_event, kMostEvents> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), kMostEvents, timeout(until));
  turning_.swap(second_);
  bool called = false;
  for (int i = 0; i < count; ++i) {
    const auto id = events[static_cast<std::size_t>(i)].data.u64;
    if (id == 0) {
      called = true;
      continue;
    }
    // Whoever had its turn before may have ended this one.
    auto found = watches_.find(id);
    if (found != watches_.end()) found->second.member->ready(found->second.tag);
  }
  take_second_turns();
  if (called) take_calls();
  take_alarms();
}

void Loop::take_second_turns() {
  while (!turning_.empty()) {
    auto [member, tag] = turning_.back();
    turning_.pop_back();
    member->ready(tag);
  }
}

void Loop::take_calls() {
  std::uint64_t rung = 0;
  [[maybe_unused]] auto got = ::read(inbox_->bell_.get(), &rung, sizeof rung);
  std::vector<std::function<void()>> calls;
  {
    MutexLock lock(inbox_->mutex_);
    calls.swap(inbox_->calls_);
  }
  for (auto& call : calls) {
    call();
    call = nullptr;
  }
}

void Loop::take_alarms() {
  const auto time = now();
  // A member that sets its next time to now waits for the next round.
  std::vector<Member*> rung;
  while (!order_.empty() && order_.begin()->first <= time) {
    auto* member = order_.begin()->second;
    rung.push_back(member);
    order_.erase(order_.begin());
    alarms_[member] = SteadyTime::min();  // a mark: not told yet
  }
  for (auto* member : rung) {
    auto found = alarms_.find(member);
    if (found == alarms_.end() || found->second != SteadyTime::min()) continue;  // gone, or changed its mind
    alarms_.erase(found);
    member->due();
  }
}

LoopThread::LoopThread()
    : thread_([this](const std::stop_token& stop) {
        while (!stop.stop_requested()) loop_.round();
      }) {}

LoopThread::~LoopThread() {
  thread_.request_stop();
  loop_.post([] {});
}

}  // namespace vigil::ingest
