#include "pipeline/worker.h"

#include <algorithm>
#include <utility>
#include <variant>

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

}  // namespace

Worker::Worker(const std::string& camera_id, std::shared_ptr<stream::Stream> stream, const Config& config,
               bus::Bus& bus, Clock& clock, std::function<void(media::FramePtr)> on_snapshot,
               DecoderFactory make_decoder, Exchange& exchange)
    : stream_(std::move(stream)),
      config_(config),
      clock_(clock),
      on_snapshot_(std::move(on_snapshot)),
      make_decoder_(std::move(make_decoder)),
      exchange_(exchange),
      motion_(camera_id, bus) {}

void Worker::run() {
  keys_ = stream_->open(stream::Start::NewestKeyFrame);
  while (!exchange_.stopped()) {
    // Taken first: whoever asks after this ends the sleep below.
    const auto nap = exchange_.nap();
    const auto motion = exchange_.motion();
    motion_.adopt(motion, clock_.wall());
    change_to(wanted_mode(motion));
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
    exchange_.motion_open(motion_.open());
  }
  motion_.finish(clock_.wall());
  exchange_.motion_open(false);
  cursor_.reset();
  keys_.reset();
  decoder_.reset();
}

Worker::Mode Worker::wanted_mode(const model::MotionSettings& motion) const {
  if (mode_ == Mode::Watch ? !exchange_.end_watch_if_unwanted() : exchange_.wanted()) return Mode::Watch;
  if (motion.enabled && motion.every_frame) return Mode::EveryFrame;
  return motion.enabled || on_snapshot_ ? Mode::KeyFrames : Mode::Rest;
}

void Worker::change_to(Mode mode) {
  if (mode == mode_) return;
  const bool goes_on = mode_ == Mode::Watch && mode == Mode::EveryFrame && cursor_ && decoder_;
  mode_ = mode;
  if (goes_on) return;
  decoder_.reset();
  if (mode == Mode::Rest || mode == Mode::KeyFrames) {
    // What was followed until now need not be looked at once more.
    if (cursor_) keys_ = stream_->open(stream::Start::NextPacket);
    cursor_.reset();
    return;
  }
  ended_ = false;
  cursor_ = stream_->open(stream::Start::NewestKeyFrame);
  if (mode != Mode::Watch) return;
  const auto newest = stream_->newest_video();
  exchange_.begin_watch(newest ? newest->sequence : 0);
}

void Worker::look_at_key_frame(std::stop_token nap) {
  auto next = keys_->next_key(nap, motion_.open() ? kTick : kLong);
  if (std::holds_alternative<stream::Closed>(next)) {
    pass_time();
    return exchange_.rest(nap, motion_.open() ? kTick : kLong);
  }
  if (!std::holds_alternative<media::PacketPtr>(next)) return pass_time();
  const auto packet = std::get<media::PacketPtr>(next);
  const auto at = packet->received;
  if (motion_.due(at) || snapshot_due(at)) {
    decode(*packet, {.skip_loop_filter = false, .key_frames_only = true}, true);
    // A decoder holds megabytes: not from one key frame to the next.
    decoder_.reset();
  }
  const bool busy = last_key_ && at >= *last_key_ && at - *last_key_ < kBusyKeys;
  last_key_ = at;
  if (busy) exchange_.rest(nap, motion_.enabled() ? kTick : std::max(kTick, until_snapshot(at)));
}

void Worker::follow(std::stop_token nap) {
  while (!nap.stop_requested()) {
    if (mode_ == Mode::Watch && !exchange_.wanted()) return;
    if (ended_) {
      pass_time();
      exchange_.rest(nap, kTick);
      continue;
    }
    auto next = cursor_->next(nap, kTick);
    if (const auto* packet = std::get_if<media::PacketPtr>(&next)) {
      if ((*packet)->track == 0) take(**packet);
    } else if (const auto* lag = std::get_if<stream::Lagged>(&next)) {
      lost(lag->to - lag->from);
    } else if (std::holds_alternative<stream::Closed>(next)) {
      ended_ = true;
    } else {
      pass_time();
    }
    exchange_.motion_open(motion_.open());
  }
}

void Worker::take(const media::Packet& packet) {
  const media::DecoderOptions options{.skip_loop_filter = mode_ == Mode::EveryFrame, .key_frames_only = false};
  // The loop filter comes and goes with those who look, at the next key frame.
  if (decoder_ && packet.key && decoder_skips_filter_ != options.skip_loop_filter) decoder_.reset();
  if (decoder_ || packet.key) decode(packet, options, false);
  catch_up(packet);
}

// The next packet will be a key frame.
void Worker::lost(std::uint64_t packets) {
  exchange_.lagged(packets);
  decoder_.reset();
}

// A decoder that is too slow for the camera gives up the rest of a group rather than showing the past.
void Worker::catch_up(const media::Packet& packet) {
  if (cursor_->behind() <= (media::is_still(packet.params->codec) ? kBehindStills : kBehind)) return;
  if (const auto skipped = cursor_->skip_to_newest_key(); skipped > 0) lost(skipped);
}

// `alone`: nothing follows that would push the frame out of the decoder.
void Worker::decode(const media::Packet& packet, const media::DecoderOptions& options, bool alone) {
  if (!decoder_) {
    auto made = make_decoder_(*packet.params, options);
    if (!made) return exchange_.failed(packet.sequence);
    decoder_ = std::move(made).value();
    decoder_skips_filter_ = options.skip_loop_filter;
  } else if (packet.discontinuity && !alone) {
    use(decoder_->flush());
  }
  auto frames = decoder_->decode(packet);
  if (!frames) {
    exchange_.failed(packet.sequence);
    return;
  }
  if (alone) {
    auto held = decoder_->flush();
    frames->insert(frames->end(), held.begin(), held.end());
  }
  exchange_.decoded(packet.sequence, *frames, mode_ == Mode::Watch);
  use(*frames);
}

void Worker::use(const std::vector<media::FramePtr>& frames) {
  for (const auto& frame : frames) {
    motion_.see(*frame);
    if (!snapshot_due(frame->captured)) continue;
    last_snapshot_ = frame->captured;
    on_snapshot_(frame);
  }
}

milliseconds Worker::until_snapshot(WallTime now) const {
  if (!last_snapshot_ || now < *last_snapshot_) return config_.snapshot_interval;
  return config_.snapshot_interval - std::chrono::duration_cast<milliseconds>(now - *last_snapshot_);
}

bool Worker::snapshot_due(WallTime captured) const {
  if (!on_snapshot_) return false;
  // A clock that was set back does not stop us.
  return !last_snapshot_ || captured + kClockSlack < *last_snapshot_ ||
         captured - *last_snapshot_ >= config_.snapshot_interval;
}

// Ends an event when the camera falls silent. While packets come, the next key frame says whether there is motion.
void Worker::pass_time() {
  if (!motion_.open()) return;
  const auto now = clock_.wall();
  const auto newest = stream_->newest_video();
  if (!newest || now - newest->received >= kSilence || ended_) motion_.pass(now);
}

}  // namespace vigil::pipeline
