#include "live/fragmenter.h"

#include <algorithm>

#include "media/aac.h"
#include "media/flac.h"

namespace vigil::live {
namespace {

using media::fmp4::Run;

constexpr Ticks kSecond = std::chrono::seconds(1);
constexpr Ticks kLongestStep = 10 * kSecond;
constexpr Ticks kPause = 2 * kSecond;  // between two pictures, unless they always come so slowly
constexpr Ticks kLongestAway = std::chrono::hours(24);
constexpr Ticks kApart = 3 * kSecond;       // sound further off than that is on another clock
constexpr Ticks kSoundAlone = kSecond / 4;  // sound does not wait longer for a picture
constexpr auto kSilence = std::chrono::seconds(2);
constexpr std::size_t kMostSound = 512;  // packets
constexpr auto kSlew = std::chrono::milliseconds(5);
constexpr auto kWrongClock = std::chrono::seconds(1);

Ticks to_ticks(WallTime::duration time) {
  return std::chrono::duration_cast<Ticks>(time);
}
WallTime::duration to_wall(Ticks time) {
  return std::chrono::duration_cast<WallTime::duration>(time);
}

// Parameters may be told anew without being others.
bool same(const media::ParamsPtr& a, const media::ParamsPtr& b) {
  return a == b || (a != nullptr && b != nullptr && *a == *b);
}

Ticks usual_step(const media::CodecParams& sound) {
  if (sound.codec == media::Codec::Aac && sound.sample_rate > 0) return Ticks(1024 * 90000 / sound.sample_rate);
  if (const auto info = media::flac::parse_info(sound.extradata); info && sound.codec == media::Codec::Flac) {
    return Ticks(std::int64_t{info->block_size} * 90000 / info->sample_rate);
  }
  return Ticks(1800);
}

}  // namespace

void Fragmenter::expect(const std::map<int, media::ParamsPtr>& tracks) {
  for (const auto& [number, params] : tracks) {
    if (sound_track_ || number == 0 || !params || !media::fmp4::supports(*params)) continue;
    sound_track_ = number;
    sound_ = params;
    sound_step_ = usual_step(*params);
  }
}

void Fragmenter::lost() {
  waits_for_key_ = gap_ = true;
}

FragmentPtr Fragmenter::push(const media::PacketPtr& packet) {
  return packet->track == 0 ? push_video(packet) : push_sound(packet);
}

// Where a picture stands on our time line, which goes on over jumps of the source's by as much as passed meanwhile.
Ticks Fragmenter::place(const media::Packet& packet) {
  jumped_ = false;
  if (!started_) {
    started_ = true;
    base_ = sound_base_ = packet.dts;
    zero_ = packet.received;
  } else if (packet.discontinuity || packet.dts - base_ <= last_) {
    jumped_ = true;
    base_ = packet.dts - (last_ + std::clamp(to_ticks(packet.received - last_received_), step_, kLongestAway));
    sound_base_ = base_;
  } else {
    const auto step = packet.dts - base_ - last_;
    // One long pause says nothing about how long the next picture lasts; two do.
    jumped_ = step > std::max(kPause, 3 * step_);
    if (!jumped_ || step < 2 * before_) step_ = std::min(step, kLongestStep);
    before_ = step;
  }
  last_ = packet.dts - base_;
  last_received_ = packet.received;
  return last_;
}

// The camera's clock and ours drift apart: the wall time of zero follows, slowly.
void Fragmenter::tune(const media::Packet& packet, Ticks start) {
  const auto error = packet.received - (zero_ + to_wall(start));
  zero_ += error > kWrongClock || error < -kWrongClock ? error : std::clamp<WallTime::duration>(error, -kSlew, kSlew);
}

bool Fragmenter::wants_sound(const media::Packet& packet) const {
  return sound_ != nullptr && (!heard_ || packet.received - *heard_ < kSilence);
}

bool Fragmenter::renew(const media::Packet& packet) {
  const bool other_video = !same(video_, packet.params);
  const auto wanted = wants_sound(packet) ? sound_ : nullptr;
  // Sound that comes or goes can wait until playing can start anew.
  const bool other_sound = packet.key && !same(sound_in_init_, wanted);
  video_ = packet.params;
  if (init_ && !other_video && !other_sound) return false;
  if (!init_ || packet.key) sound_in_init_ = wanted;
  std::vector<media::ParamsPtr> tracks = {video_};
  if (sound_in_init_) tracks.push_back(sound_in_init_);
  auto bytes = media::fmp4::init_segment(tracks);
  if (!bytes.ok()) return false;  // supports() was asked for each of them
  auto init = std::make_shared<Init>();
  init->number = ++inits_;
  init->bytes = media::SharedBytes(std::move(*bytes));
  for (const auto& params : tracks)
    init->codecs += (init->codecs.empty() ? "" : ",") + media::fmp4::codec_string(*params);
  init->width = video_->width;
  init->height = video_->height;
  init->sound = sound_in_init_ != nullptr;
  init_ = std::move(init);
  if (!sound_in_init_) waiting_.clear();
  return true;
}

FragmentPtr Fragmenter::push_video(const media::PacketPtr& packet) {
  if (!media::fmp4::supports(*packet->params)) {
    obstacle_ = packet->params->codec;
    waits_for_key_ = true;
    return nullptr;
  }
  obstacle_.reset();
  if (waits_for_key_ && !packet->key) return nullptr;
  if (!heard_ && sound_) heard_ = packet->received;
  Fragment fragment;
  fragment.start = place(*packet);
  fragment.discontinuity = renew(*packet) || jumped_ || gap_;
  waits_for_key_ = gap_ = false;
  if (packet->key) tune(*packet, fragment.start);
  fragment.key = packet->key;
  fragment.duration = step_;
  fragment.pictures = 1;
  fragment.received = packet->received;
  Run picture{1, true, fragment.start, {{packet, step_}}};
  return make({std::move(picture), take_sound()}, std::move(fragment));
}

FragmentPtr Fragmenter::push_sound(const media::PacketPtr& packet) {
  if (!sound_track_ && media::fmp4::supports(*packet->params)) sound_track_ = packet->track;
  if (packet->track != sound_track_ || !media::fmp4::supports(*packet->params)) return nullptr;
  if (!same(sound_, packet->params)) sound_step_ = usual_step(*packet->params);
  sound_ = packet->params;
  heard_ = packet->received;
  if (!started_ || waits_for_key_ || !same(sound_in_init_, sound_)) return nullptr;
  // Tracks of one connection share their time; where they do not, the arrival decides.
  const auto expected = last_ + to_ticks(packet->received - last_received_);
  auto far = [&](Ticks start) { return start - expected > kApart || expected - start > kApart; };
  if (far(packet->dts - sound_base_)) sound_base_ = far(packet->dts - base_) ? packet->dts - expected : base_;
  const auto start = packet->dts - sound_base_;
  if (start < Ticks(0) || start <= sound_last_) return nullptr;
  if (sound_last_ >= Ticks(0)) sound_step_ = std::min(start - sound_last_, kSecond);
  sound_last_ = start;
  if (waiting_.size() >= kMostSound) waiting_.erase(waiting_.begin());
  waiting_.push_back({packet, start});
  if (start - waiting_.front().start < kSoundAlone || start < last_ + kSoundAlone) return nullptr;
  Fragment fragment;
  fragment.start = last_ + step_;
  fragment.received = packet->received;
  return make({take_sound()}, std::move(fragment));
}

Run Fragmenter::take_sound() {
  Run run{2, false, Ticks(0), {}};
  if (waiting_.empty()) return run;
  run.start = waiting_.front().start;
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    const bool last = i + 1 == waiting_.size();
    run.samples.push_back({waiting_[i].packet, last ? sound_step_ : waiting_[i + 1].start - waiting_[i].start});
  }
  waiting_.clear();
  return run;
}

FragmentPtr Fragmenter::make(std::vector<Run> runs, Fragment fragment) {
  fragment.sequence = next_++;
  fragment.before = pictures_;
  pictures_ += static_cast<std::uint64_t>(fragment.pictures);
  fragment.init = init_;
  fragment.zero = zero_;
  fragment.pieces = media::fmp4::fragment(static_cast<std::uint32_t>(fragment.sequence), runs);
  for (const auto& piece : fragment.pieces) fragment.bytes += piece.size();
  return std::make_shared<const Fragment>(std::move(fragment));
}

}  // namespace vigil::live
