#include "pipeline/feeder.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "pipeline/plate_judge.h"
#include "pipeline/subject_assigner.h"
#include "pipeline/track_numbers.h"

namespace vigil::pipeline {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLong{3'600'000};
constexpr milliseconds kTick{500};  // while something must happen even though no packet comes
constexpr milliseconds kBusyKeys{
    1000};  // key frames closer than this (JPEG) are slept over instead of looked at one by one
constexpr milliseconds kSilence{2000};          // a stream without packets for so long says nothing about motion
constexpr std::chrono::seconds kClockSlack{5};  // frames are not quite in the order of their packets
constexpr std::uint64_t kBehind = 50;           // packets; then decoding goes on at the newest key frame
constexpr std::uint64_t kBehindStills = 4;      // the same for pictures that need no others
constexpr milliseconds kLate{1000};             // the same after waiting for the analyst

bool wants_every_frame(const AnalysisConfig& config) {
  return (config.motion.enabled && config.motion.every_frame) ||
         (config.analysis.enabled && config.analysis.rate.mode != model::RateMode::Economic);
}

std::uint64_t next_number(const model::Observation& observation) {
  std::uint64_t out = 1;
  for (const auto& object : observation.objects) out = std::max(out, object.track_id + 1);
  return out;
}

}  // namespace

Feeder::Feeder(const std::string& camera_id, std::shared_ptr<stream::Stream> stream, const Config& config,
               Outlets outlets, Clock& clock, std::function<void(media::FramePtr)> on_snapshot, Analysts& analysts,
               Exchange& exchange, RenditionStreams& renditions)
    : camera_id_(camera_id),
      stream_(std::move(stream)),
      config_(config),
      outlets_(outlets),
      clock_(clock),
      on_snapshot_(std::move(on_snapshot)),
      exchange_(exchange),
      renditions_(renditions),
      analysis_(exchange.analysis()),
      motion_(camera_id, outlets.events),
      analyst_(
          analysts.open({camera_id, analysis_, config.frame_ring_bytes, config.frame_ring_age,
                         outlets.track_numbers != nullptr ? outlets.track_numbers->first(camera_id) : std::uint64_t{1}},
                        *this)) {}

Feeder::~Feeder() = default;

void Feeder::run() {
  keys_ = stream_->open(stream::Start::NewestKeyFrame);
  while (!exchange_.stopped()) {
    // Taken first: whoever asks after this ends the sleep below.
    const auto nap = exchange_.nap();
    adopt(exchange_.analysis());
    settle();
    wanted_ = renditions_.wanted();
    change_to(wanted_mode());
    switch (mode_) {
      case Mode::Rest:
        exchange_.rest(nap, kLong);
        break;
      case Mode::KeyFrames:
        look_at_key_frame(nap);
        break;
      case Mode::EveryFrame:
      case Mode::Watch:
        follow(nap);
        break;
    }
    exchange_.motion_open(motion_open());
  }
  {
    MutexLock lock(motion_mutex_);
    motion_.finish(clock_.wall());
    motion_.adopt({.enabled = false}, clock_.wall());
    finished_ = true;
  }
  exchange_.motion_open(false);
  analyst_->interrupt(true);
  held_.reset();
  cursor_.reset();
  keys_.reset();
}

void Feeder::adopt(const AnalysisConfig& config) {
  {
    MutexLock lock(motion_mutex_);
    motion_.adopt(config.motion, clock_.wall());
  }
  if (config == analysis_) return;
  analysis_ = config;
  last_look_.reset();
  analyst_->configure(config);
}

// What came from the analyst and is work for this thread.
void Feeder::settle() {
  media::FramePtr snapshot;
  std::optional<std::uint64_t> lost;
  {
    MutexLock lock(mutex_);
    snapshot.swap(snapshot_);
    lost.swap(lost_);
  }
  if (snapshot) on_snapshot_(snapshot);
  if (!lost) return;
  poison_ = std::max(poison_, *lost);
  last_look_.reset();
  begin_anew();
}

Feeder::Mode Feeder::wanted_mode() const {
  if (mode_ == Mode::Watch ? !exchange_.end_watch_if_unwanted() : exchange_.wanted()) return Mode::Watch;
  if (wanted_.any() || wants_every_frame(analysis_)) return Mode::EveryFrame;
  return analysis_.motion.enabled || analysis_.analysis.enabled || on_snapshot_ ? Mode::KeyFrames : Mode::Rest;
}

void Feeder::change_to(Mode mode) {
  if (mode == mode_) return;
  const bool goes_on = mode_ == Mode::Watch && mode == Mode::EveryFrame && cursor_ && started_;
  const bool followed = cursor_.has_value();
  mode_ = mode;
  if (goes_on) return;
  analyst_->interrupt(true);
  if (mode == Mode::Rest || mode == Mode::KeyFrames) {
    held_.reset();
    started_ = false;
    // What was followed until now need not be looked at once more.
    if (followed) keys_ = stream_->open(stream::Start::NextPacket);
    cursor_.reset();
    return;
  }
  begin_anew();
}

// At the newest key frame, whatever was handed over before.
void Feeder::begin_anew() {
  ++epoch_;
  held_.reset();
  started_ = ended_ = false;
  if (mode_ == Mode::Rest) return;
  if (mode_ == Mode::KeyFrames) {
    keys_ = stream_->open(stream::Start::NewestKeyFrame);
    return;
  }
  cursor_ = stream_->open(stream::Start::NewestKeyFrame);
  const auto newest = stream_->newest_video();
  render_from_ = newest ? newest->sequence : 0;
  if (mode_ == Mode::Watch) exchange_.begin_watch(render_from_);
}

void Feeder::look_at_key_frame(std::stop_token nap) {
  const auto patience = motion_open() ? kTick : kLong;
  if (!held_) {
    auto next = keys_->next_key(nap, patience);
    if (std::holds_alternative<stream::Closed>(next)) {
      pass_time();
      return exchange_.rest(nap, patience);
    }
    if (!std::holds_alternative<media::PacketPtr>(next)) return pass_time();
    held_ = std::get<media::PacketPtr>(next);
  }
  const auto packet = held_;
  const auto at = packet->time();
  const bool snapshot = snapshot_due(at), look = look_due(at);
  if ((look || snapshot) && !is_poison(*packet)) {
    if (!hand_over(packet, {.alone = true, .send = snapshot})) {
      exchange_.rest(nap, kTick);
      // A newer one is as good.
      if (const auto newer = keys_->next_key(nap, milliseconds(0)); std::holds_alternative<media::PacketPtr>(newer)) {
        held_ = std::get<media::PacketPtr>(newer);
      }
      return pass_time();
    }
    if (look) last_look_ = at;
  }
  held_.reset();
  const bool busy = last_key_ && at >= *last_key_ && at - *last_key_ < kBusyKeys;
  last_key_ = at;
  if (busy) {
    const bool looks = key_frame_pace(analysis_.motion, analysis_.analysis).has_value();
    exchange_.rest(nap, looks ? kTick : std::max(kTick, until_snapshot(at)));
  }
}

void Feeder::follow(std::stop_token nap) {
  while (!nap.stop_requested()) {
    if (mode_ == Mode::Watch && !exchange_.wanted()) return;
    if (wanted_.any() && renditions_.wanted() != wanted_) return;
    if (held_) {
      take(nap);
    } else if (ended_) {
      pass_time();
      exchange_.rest(nap, kTick);
      continue;
    } else {
      auto next = cursor_->next(nap, kTick);
      if (const auto* packet = std::get_if<media::PacketPtr>(&next)) {
        if ((*packet)->track != 0 && wanted_.any() && started_) renditions_.publish_audio(**packet);
        if ((*packet)->track == 0 && !is_poison(**packet) && (started_ || (*packet)->key)) {
          held_ = *packet;
          take(nap);
        }
      } else if (const auto* lag = std::get_if<stream::Lagged>(&next)) {
        lost_packets(lag->to - lag->from);
      } else if (std::holds_alternative<stream::Closed>(next)) {
        ended_ = true;
        let_out();
      } else {
        pass_time();
        const auto newest = stream_->newest_video();
        if (newest && clock_.wall() - newest->received >= kSilence) let_out();
      }
    }
    exchange_.motion_open(motion_open());
  }
}

// Hands the held packet over, or waits a while until it can be.
void Feeder::take(std::stop_token nap) {
  const auto packet = held_;
  Order order{.skip_loop_filter = mode_ == Mode::EveryFrame && !wanted_.any(), .keep = mode_ == Mode::Watch};
  if (packet->sequence >= render_from_) order.renditions = wanted_;
  order.send = snapshot_due(packet->time());
  if (!hand_over(packet, order)) {
    exchange_.rest(nap, kTick);
    pass_time();
    return catch_up(*packet, true);
  }
  held_.reset();
  started_ = true;
  catch_up(*packet, false);
}

bool Feeder::hand_over(const media::PacketPtr& packet, Order order) {
  order.epoch = epoch_;
  order.analyse = analysis_.motion.enabled || analysis_.analysis.enabled;
  if (order.send) {
    MutexLock lock(mutex_);
    snapshot_ordered_ = packet->time();
  }
  if (analyst_->send(packet, order)) return true;
  if (order.send) {
    MutexLock lock(mutex_);
    snapshot_ordered_.reset();
  }
  return false;
}

// A packet that killed two processes is left out, and all that depends on it.
bool Feeder::is_poison(const media::Packet& packet) {
  if (poison_ == 0) return false;
  if (!packet.key || packet.sequence <= poison_) return true;
  poison_ = 0;
  return false;
}

// The next packet will be a key frame.
void Feeder::lost_packets(std::uint64_t packets) {
  exchange_.lagged(packets);
  analyst_->interrupt(false);
  started_ = false;
}

// An analyst that is too slow for the camera gives up the rest of a group rather than showing the past.
void Feeder::catch_up(const media::Packet& packet, bool waited) {
  if (waited) {
    const auto newest = stream_->newest_video();
    if (!newest || newest->received - packet.received <= kLate) return;
  } else if (cursor_->behind() <= (media::is_still(packet.params->codec) ? kBehindStills : kBehind)) {
    return;
  }
  auto skipped = cursor_->skip_to_newest_key();
  if (skipped == 0) return;
  if (held_) ++skipped;
  held_.reset();
  lost_packets(skipped);
}

// Where pictures are reordered, the decoder holds the last ones back until others follow. When none do, they are let
// out; should the stream go on after all, it is followed from its next key frame.
void Feeder::let_out() {
  const auto newest = stream_->newest_video();
  if (!started_ || !newest || newest->params->reorder_depth == 0) return;
  started_ = false;
  analyst_->interrupt(false);
}

milliseconds Feeder::until_snapshot(WallTime now) {
  MutexLock lock(mutex_);
  if (!last_snapshot_ || now < *last_snapshot_) return config_.snapshot_interval;
  return config_.snapshot_interval - std::chrono::duration_cast<milliseconds>(now - *last_snapshot_);
}

bool Feeder::snapshot_due(WallTime captured) {
  if (!on_snapshot_) return false;
  MutexLock lock(mutex_);
  // A clock that was set back does not stop us.
  const auto due = [&](const std::optional<WallTime>& last) {
    return !last || captured + kClockSlack < *last || captured - *last >= config_.snapshot_interval;
  };
  return due(last_snapshot_) && due(snapshot_ordered_);
}

bool Feeder::look_due(WallTime captured) const {
  const auto pace = key_frame_pace(analysis_.motion, analysis_.analysis);
  if (!pace) return false;
  return !last_look_ || captured + kClockSlack < *last_look_ || captured - *last_look_ >= *pace;
}

bool Feeder::motion_open() const {
  MutexLock lock(motion_mutex_);
  return motion_.open();
}

// Ends an event when the camera falls silent. While packets come, the next key frame says whether there is motion.
void Feeder::pass_time() {
  if (!motion_open()) return;
  const auto now = clock_.wall();
  const auto newest = stream_->newest_video();
  if (newest && now - newest->received < kSilence && !ended_) return;
  MutexLock lock(motion_mutex_);
  motion_.pass(now);
}

void Feeder::done(const Outcome& outcome) {
  exchange_.done(outcome, outcome.epoch == epoch_);
  if (!outcome.failed && !outcome.wanted) return;
  {
    MutexLock lock(mutex_);
    snapshot_ordered_.reset();  // where it failed: the next one, then
    if (!outcome.wanted) return;
    snapshot_ = outcome.wanted;
    last_snapshot_ = outcome.wanted->captured;
  }
  exchange_.wake();
}

void Feeder::observed(model::Observation observation) {
  observation.camera_id = camera_id_;
  bool changed = false;
  {
    MutexLock lock(motion_mutex_);
    // After a new beginning, pictures are seen that were seen before.
    if (observation.sequence <= seen_sequence_ && observation.pts <= seen_pts_) return;
    // The camera's next analyst goes on with the numbers that were told until now.
    if (finished_) return;
    if (outlets_.track_numbers != nullptr) outlets_.track_numbers->given(camera_id_, next_number(observation));
    seen_sequence_ = observation.sequence;
    seen_pts_ = observation.pts;
    const bool before = motion_.open();
    motion_.see(observation);
    changed = before != motion_.open();
    exchange_.saw({observation.captured, std::make_shared<const vision::Drawing>(trails_.see(observation))});
  }
  // It waits longer while no event is open.
  if (changed) exchange_.wake();
  if (outlets_.subjects != nullptr) outlets_.subjects->assign(observation);
  if (outlets_.plates != nullptr) outlets_.plates->judge(observation);
  if (outlets_.observations != nullptr) outlets_.observations->publish(std::move(observation));
}

void Feeder::figures(const AnalysisFigures& figures) {
  exchange_.analysis_figures(figures);
}

void Feeder::rendered(model::Rendition rendition, media::Packet packet) {
  renditions_.publish(rendition, std::move(packet));
}

void Feeder::ready() {
  exchange_.wake();
}

void Feeder::lost(std::uint64_t poison) {
  {
    MutexLock lock(mutex_);
    lost_ = std::max(lost_.value_or(0), poison);
    snapshot_ordered_.reset();
  }
  exchange_.wake();
}

}  // namespace vigil::pipeline
