#include "vision/track/similarity.h"

#include <algorithm>
#include <cmath>

namespace vigil::vision::track {
namespace {

constexpr float kGrowth = 0.35F;    // of the gate, in parts of the boxes' sizes for each second unseen
constexpr float kNewGrowth = 1.0F;  // of an object whose speed is not known yet
constexpr float kMostGrowth = 0.50F;
constexpr float kDoubtWeight = 0.2F;  // how much less the weakest detection is worth than the strongest
constexpr float kHeadingWeight = 0.10F;
constexpr float kOtherClass = 0.3F;  // taken off where the class is not the track's
// Cosine of embeddings that says "somebody else" and "the same one"; between them it grows evenly.
constexpr float kOtherLook = 0.4F;
constexpr float kSameLook = 0.9F;
constexpr float kLookWeight = 0.3F;        // against place, of an object seen just now
constexpr float kLookWeightGrowth = 0.5F;  // for each second unseen: places become old, looks stay
constexpr float kMostLookWeight = 0.8F;

float seconds(Nanos time) {
  return std::chrono::duration<float>(time).count();
}

model::Box grown(const model::Box& box, float part) {
  return {box.x - part * box.width, box.y - part * box.height, box.width * (1 + 2 * part), box.height * (1 + 2 * part)};
}

// How far the way from the last sighting to the detection agrees with where the object was going: -1..1
// (observation-centric momentum, OC-SORT).
float agreement(const LiveTrack& track, const model::Box& box) {
  const auto heading = track.heading();
  const auto& from = track.last().box;
  const float x = box.x + box.width / 2 - from.x - from.width / 2;
  const float y = box.y + box.height / 2 - from.y - from.height / 2;
  const float way = std::hypot(x, y);
  if (way < 0.05F * std::sqrt(std::max(1.0F, from.area()))) return 0;
  return (heading[0] * x + heading[1] * y) / way;
}

}  // namespace

float grown_iou(const model::Box& a, const model::Box& b, float part) {
  return part > 0 ? model::iou(grown(a, part), grown(b, part)) : model::iou(a, b);
}

float similarity(const LiveTrack& track, const model::Box& predicted, const Found& found, Nanos at) {
  const auto& [detection, look, strength] = found;
  const float unseen = seconds(at - track.last_seen());
  const float growth = track.believed() ? kGrowth : kNewGrowth;
  float fit = grown_iou(predicted, detection.box, std::min(kMostGrowth, growth * unseen));
  if (fit <= 0) return 0;
  fit *= 1 - kDoubtWeight * (1 - strength);
  fit += kHeadingWeight * agreement(track, detection.box);
  if (track.class_id() >= 0 && detection.class_id != track.class_id()) fit -= kOtherClass;
  if (!look.empty() && track.look().size() == look.size()) {
    float cosine = 0;
    for (std::size_t i = 0; i < look.size(); ++i) cosine += look[i] * track.look()[i];
    const float weight = std::min(kMostLookWeight, kLookWeight + kLookWeightGrowth * unseen);
    const float sameness = std::clamp((cosine - kOtherLook) / (kSameLook - kOtherLook), 0.0F, 1.0F);
    fit = (1 - weight) * fit + weight * sameness;
  }
  return std::max(fit, 0.0F);
}

}  // namespace vigil::vision::track
