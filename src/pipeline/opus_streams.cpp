#include "pipeline/opus_streams.h"

#include <optional>
#include <utility>
#include <variant>

#include "media/opus.h"
#include "pipeline/lingering_hold.h"

namespace vigil::pipeline {
namespace {

using std::chrono::milliseconds;

constexpr stream::Limits kLimits{4u << 20, std::chrono::seconds(10)};
constexpr milliseconds kTick{500};
constexpr milliseconds kLate{300};           // players wait for no sound that comes later than its picture by so much
constexpr std::chrono::seconds kSilence{2};  // then another track is listened to

}  // namespace

// One source. pump() is of the thread; the listener's part is of the analyst's.
class OpusStreams::One final : public AnalystListener {
 public:
  One(const std::string& camera_id, std::shared_ptr<stream::Stream> source, Analysts& analysts, OpusStreams& owner)
      : owner_(owner),
        source_(std::move(source)),
        made_(std::make_shared<stream::Stream>(kLimits)),
        cursor_(source_->open(stream::Start::NextPacket)),
        analyst_(analysts.open(config(camera_id), *this)) {
    watch_ = source_->watch([this] { poke(); });
  }
  ~One() override {
    source_->unwatch(watch_);
    analyst_.reset();
    made_->close();
  }

  bool pump() {
    if (!dirty_.exchange(false)) return true;
    for (;;) {
      if (!hand_over()) return true;  // ready() or what comes next calls again
      auto next = cursor_.try_next();
      if (auto* packet = std::get_if<media::PacketPtr>(&next)) {
        choose(std::move(*packet));
      } else if (std::holds_alternative<stream::Lagged>(next)) {
        left_out();
      } else {
        return !std::holds_alternative<stream::Closed>(next);
      }
    }
  }

  const std::shared_ptr<stream::Stream>& made() const { return made_; }
  LingeringHold& hold() { return hold_; }  // under the owner's lock

 private:
  void poke() {
    if (!dirty_.exchange(true)) owner_.poke();
  }
  static AnalystConfig config(const std::string& camera_id) {
    AnalystConfig out;
    out.camera_id = camera_id;
    out.analysis.motion.enabled = false;
    out.sound = true;
    return out;
  }

  // The first track that was heard, until it falls silent.
  void choose(media::PacketPtr packet) {
    if (!media::can_become_opus(*packet->params)) return;
    const bool other = !track_ || (*track_ != packet->track && packet->received - heard_ > kSilence);
    if (other) track_ = packet->track;
    if (packet->track != *track_) return;
    heard_ = packet->received;
    held_ = std::move(packet);
    if (other) left_out();
  }

  // False: the analyst takes nothing now.
  bool hand_over() {
    if (held_ && is_late(*held_)) {
      held_.reset();
      cursor_ = source_->open(stream::Start::NextPacket);
      left_out();
    }
    if (held_ && !analyst_->send(held_, {})) return false;
    held_.reset();
    return true;
  }
  bool is_late(const media::Packet& packet) const {
    const auto newest = source_->newest_video();
    return newest && newest->received - packet.received > kLate;
  }
  void left_out() { analyst_->interrupt(true); }

  void done(const Outcome&) override {}
  void observed(model::Observation) override {}
  void figures(const AnalysisFigures&) override {}
  void rendered(model::Rendition, media::Packet) override {}
  void sounded(media::Packet packet) override {
    packet.track = kTrack;
    made_->publish(std::move(packet));
  }
  void ready() override { poke(); }
  // Each packet stands for itself: the next one is as good a beginning as any.
  void lost(std::uint64_t) override {}

  OpusStreams& owner_;
  const std::shared_ptr<stream::Stream> source_;
  const std::shared_ptr<stream::Stream> made_;
  std::atomic<bool> dirty_{true};
  int watch_ = 0;
  LingeringHold hold_;

  stream::Cursor cursor_;
  std::optional<int> track_;
  WallTime heard_;
  media::PacketPtr held_;
  std::unique_ptr<Analyst> analyst_;  // last: it calls us
};

OpusStreams::OpusStreams(Analysts& analysts, milliseconds linger, Clock& clock)
    : analysts_(analysts), linger_(linger), clock_(clock) {}

OpusStreams::~OpusStreams() {
  stop();
}

HeldStream OpusStreams::open(const std::string& camera_id, const std::shared_ptr<stream::Stream>& source) {
  HeldStream out;
  {
    MutexLock lock(mutex_);
    const auto found = all_.find(source.get());
    if (stopped_ || (found == all_.end() && all_.size() >= kMost)) return {};
    auto& one = all_[source.get()];
    if (!one) one = std::make_shared<One>(camera_id, source, analysts_, *this);
    out = {one->made(), one->hold().take(clock_.steady())};
    if (!thread_.joinable()) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  poke();
  return out;
}

std::size_t OpusStreams::running() const {
  MutexLock lock(mutex_);
  return all_.size();
}

void OpusStreams::poke() {
  {
    MutexLock lock(waking_);
    work_ = true;
  }
  came_.notify_one();
}

// Those that nobody holds any more. They end outside the lock: whoever tells them something may be about to poke us.
std::vector<OpusStreams::OnePtr> OpusStreams::take_over() {
  std::vector<OnePtr> over;
  MutexLock lock(mutex_);
  const auto now = clock_.steady();
  std::erase_if(all_, [&](const auto& entry) {
    if (entry.second->hold().is_held(now, linger_)) return false;
    over.push_back(entry.second);
    return true;
  });
  return over;
}

void OpusStreams::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      MutexLock lock(waking_);
      came_.wait_for(lock, stop, kTick, [this]() VIGIL_REQUIRES(waking_) { return work_; });
      work_ = false;
    }
    std::vector<OnePtr> each;
    {
      MutexLock lock(mutex_);
      for (const auto& [source, one] : all_) each.push_back(one);
    }
    for (const auto& one : each) {
      if (one->pump()) continue;
      one->made()->close();
      MutexLock lock(mutex_);
      std::erase_if(all_, [&](const auto& entry) { return entry.second == one; });
    }
    each.clear();
    take_over().clear();
  }
}

void OpusStreams::stop() {
  std::jthread thread;
  std::map<stream::Stream*, OnePtr> all;
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    thread.swap(thread_);
    all.swap(all_);
  }
  thread.request_stop();
  if (thread.joinable()) thread.join();
  all.clear();
}

}  // namespace vigil::pipeline
