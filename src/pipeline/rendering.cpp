#include "pipeline/rendering.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

#include "base/log.h"
#include "media/encoder.h"
#include "media/scaler.h"

namespace vigil::pipeline {
namespace {

using std::chrono::milliseconds;

constexpr int kMostWidth = 1920, kMostHeight = 1080;
constexpr Ticks kKeyEvery = std::chrono::seconds(2);
constexpr milliseconds kInStep{200};
constexpr std::size_t kMostHeld = 12;
constexpr milliseconds kLookedAt{1500};  // after the last observation pictures are not held any more

struct Size {
  int width = 0, height = 0;
  bool operator==(const Size&) const = default;
};

// Even sides, as the codec wants them, and not more than is worth encoding.
Size fit(int width, int height) {
  const double part =
      std::min({1.0, static_cast<double>(kMostWidth) / width, static_cast<double>(kMostHeight) / height});
  const auto even = [&](int side) { return std::max(16, static_cast<int>(std::floor(side * part / 2 + 1e-6)) * 2); };
  return {even(width), even(height)};
}

// Fast settings need more bits: 2.5 a sample and second are 1.1 Mbit/s for 768×576, 5.2 for 1080p.
int kilobits(const Size& size) {
  return std::clamp(size.width * size.height / 400, 500, 6000);
}

}  // namespace

// One rendition's encoder. It is made anew when the size changes or time goes back.
class Rendering::Encoding {
 public:
  std::vector<media::Packet> encode(const media::FramePtr& frame) {
    if (failed_) return {};
    const auto size = fit(frame->width, frame->height);
    if (!encoder_ || size != size_ || frame->pts <= last_) {
      if (!begin(size)) return {};
    }
    auto scaled = scaler_->scale(frame);
    if (!scaled) return give_up(scaled.error());
    const bool key = !key_ || frame->pts - *key_ >= kKeyEvery;
    auto packets = encoder_->encode(**scaled, key);
    if (!packets) return give_up(packets.error());
    if (key) key_ = frame->pts;
    last_ = frame->pts;
    for (auto& packet : *packets) packet.discontinuity = std::exchange(anew_, false);
    return std::move(packets).value();
  }
  void interrupt() {
    anew_ = true;
    key_.reset();
  }

 private:
  bool begin(const Size& size) {
    size_ = size;
    key_.reset();
    anew_ = true;
    scaler_ = std::make_unique<media::Scaler>(size.width, size.height);
    media::EncoderOptions options;
    options.width = size.width;
    options.height = size.height;
    options.bitrate_kbps = kilobits(size);
    options.realtime = true;
    auto made = media::make_encoder(options);
    if (!made) {
      give_up(made.error());
      return false;
    }
    encoder_ = std::move(made).value();
    return true;
  }
  std::vector<media::Packet> give_up(const Error& why) {
    log::error("pictures cannot be encoded again", {{"reason", why.message}});
    failed_ = true;
    return {};
  }

  Size size_;
  std::unique_ptr<media::Scaler> scaler_;
  std::unique_ptr<media::Encoder> encoder_;
  Ticks last_{0};
  std::optional<Ticks> key_;  // the last key frame's
  bool anew_ = true;
  bool failed_ = false;  // until it is asked for again
};

Rendering::Rendering(Out out) : out_(std::move(out)) {}
Rendering::~Rendering() = default;

void Rendering::want(model::Renditions wanted) {
  wanted_ = wanted;
  for (const auto rendition : model::kRenditions) {
    auto& encoding = encodings_[rendition];
    if (!wanted.has(rendition)) {
      encoding.reset();
    } else if (!encoding) {
      encoding = std::make_unique<Encoding>();
    }
  }
  if (wanted.annotated) return;
  held_.clear();
  seen_.clear();
  trails_ = {};
}

void Rendering::encode(model::Rendition rendition, const media::FramePtr& frame) {
  for (auto& packet : encodings_[rendition]->encode(frame)) out_(rendition, std::move(packet));
}

void Rendering::take(const media::FramePtr& frame) {
  if (wanted_.h264) encode(model::Rendition::H264, frame);
  if (!wanted_.annotated) return;
  held_.push_back(frame);
  const bool looked_at = !seen_.empty() && frame->captured - seen_.back().captured < kLookedAt;
  let_out(looked_at ? kMostHeld : 0);
  while (!held_.empty() && frame->captured - held_.front()->captured >= kInStep) let_out(held_.size() - 1);
}

void Rendering::see(const model::Observation& seen) {
  if (!wanted_.annotated) return;
  seen_.push_back({seen.pts, seen.captured, trails_.see(seen)});
  seen_.back().drawing.areas = areas_;
  if (seen_.size() > 2) seen_.pop_front();
  const auto known =
      std::count_if(held_.begin(), held_.end(), [&](const auto& frame) { return frame->pts <= seen.pts; });
  let_out(held_.size() - static_cast<std::size_t>(known));
}

void Rendering::interrupt() {
  if (wanted_.annotated) let_out(0);
  for (auto& [rendition, encoding] : encodings_) {
    if (encoding) encoding->interrupt();
  }
}

// All but so many of the pictures that wait.
void Rendering::let_out(std::size_t keep) {
  while (held_.size() > keep) {
    const auto frame = std::move(held_.front());
    held_.pop_front();
    // Null for a picture without sides, of which there are none.
    if (auto drawn = vision::draw(*frame, drawing_for(*frame))) encode(model::Rendition::Annotated, drawn);
  }
}

// What was seen nearest to it; nothing when that was long ago.
vision::Drawing Rendering::drawing_for(const media::Frame& frame) const {
  const auto distance = [&](const Seen& seen) {
    return seen.pts > frame.pts ? seen.pts - frame.pts : frame.pts - seen.pts;
  };
  const auto nearest = std::min_element(seen_.begin(), seen_.end(),
                                        [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
  if (nearest != seen_.end() && distance(*nearest) < kLookedAt) return nearest->drawing;
  vision::Drawing bare;
  bare.areas = areas_;
  return bare;
}

}  // namespace vigil::pipeline
