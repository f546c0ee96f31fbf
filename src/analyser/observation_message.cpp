#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "analyser/bytes.h"
#include "analyser/messages.h"
#include "analyser/reading.h"

// What was seen. It goes from a process that foreign pictures may have taken over to rules, database and page: nothing
// gets through that those could not bear.

namespace vigil::analyser {
namespace {

constexpr std::size_t kMaxObjects = 1024;
constexpr std::size_t kMaxMotion = 64;
constexpr std::size_t kMaxAttributes = 64;
constexpr std::size_t kMaxRuns = 65536;
constexpr std::size_t kMaxWord = 256;
constexpr float kFar = 1'000'000;  // pixels; boxes may reach beyond the picture

// The sender keeps to what the reader takes: an odd number out of a model must not cost the process.
float bounded(float value, float least, float most) {
  return std::isfinite(value) ? std::clamp(value, least, most) : least;
}

void put(Writer& out, const model::Box& box) {
  out.put(bounded(box.x, -kFar, kFar));
  out.put(bounded(box.y, -kFar, kFar));
  out.put(bounded(box.width, 0, kFar));
  out.put(bounded(box.height, 0, kFar));
}

model::Box box_from(Reader& in) {
  model::Box box;
  box.x = in.within<float>(-kFar, kFar);
  box.y = in.within<float>(-kFar, kFar);
  box.width = in.within<float>(0, kFar);
  box.height = in.within<float>(0, kFar);
  return box;
}

void put(Writer& out, const model::Mask& mask) {
  out.put(static_cast<std::int32_t>(mask.width));
  out.put(static_cast<std::int32_t>(mask.height));
  out.count(mask.runs.size());
  for (const auto run : mask.runs) out.put(run);
}

model::Mask mask_from(Reader& in) {
  model::Mask mask;
  mask.width = in.within<std::int32_t>(0, 4096);
  mask.height = in.within<std::int32_t>(0, 4096);
  mask.runs.resize(in.count(kMaxRuns, 4));
  std::uint64_t covered = 0;
  for (auto& run : mask.runs) covered += run = in.get<std::uint32_t>();
  if (covered > static_cast<std::uint64_t>(mask.width) * static_cast<std::uint64_t>(mask.height)) in.spoil();
  return mask;
}

void put(Writer& out, const model::SeenObject& object) {
  out.put(object.track_id);
  out.put(static_cast<std::uint8_t>(object.state));
  put_shown(out, object.label, kMaxWord);
  out.put(static_cast<std::int32_t>(object.class_id));
  out.put(bounded(object.confidence, 0, 1));
  put(out, object.box);
  out.put(static_cast<std::uint8_t>(object.detected.has_value()));
  if (object.detected) put(out, *object.detected);
  out.put(static_cast<std::uint8_t>(object.stationary));
  const bool masked = object.mask && object.mask->runs.size() <= kMaxRuns;
  out.put(static_cast<std::uint8_t>(masked));
  if (masked) put(out, *object.mask);
  const auto attributes = std::min(object.attributes.size(), kMaxAttributes);
  out.count(attributes);
  for (std::size_t i = 0; i < attributes; ++i) {
    const auto& attribute = object.attributes[i];
    put_shown(out, attribute.name, kMaxWord);
    put_shown(out, attribute.value, kMaxWord);
    out.put(bounded(attribute.confidence, 0, 1));
    put_shown(out, attribute.model, kMaxWord);
  }
  out.put(object.subject_id);
  out.put(bounded(object.subject_similarity, -1, 1));
}

model::SeenObject object_from(Reader& in) {
  model::SeenObject object;
  object.track_id = in.get<std::uint64_t>();
  object.state =
      static_cast<model::TrackState>(in.within<std::uint8_t>(0, static_cast<std::uint8_t>(model::TrackState::Lost)));
  object.label = shown_text(in, kMaxWord);
  object.class_id = in.within<std::int32_t>(-1, 1 << 20);
  object.confidence = in.within<float>(0, 1);
  object.box = box_from(in);
  if (in.flag()) object.detected = box_from(in);
  object.stationary = in.flag();
  if (in.flag()) object.mask = mask_from(in);
  object.attributes.resize(in.count(kMaxAttributes, 16));
  for (auto& attribute : object.attributes) {
    attribute.name = shown_text(in, kMaxWord);
    attribute.value = shown_text(in, kMaxWord);
    attribute.confidence = in.within<float>(0, 1);
    attribute.model = shown_text(in, kMaxWord);
  }
  object.subject_id = in.get<std::uint64_t>();
  object.subject_similarity = in.within<float>(-1, 1);
  return object;
}

template <typename Times>
auto each_time(Times& times) {
  return std::array{&times.queued, &times.decode,      &times.motion, &times.wait, &times.preprocess,
                    &times.infer,  &times.postprocess, &times.track,  &times.total};
}

}  // namespace

Bytes write(const model::Observation& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(body.sequence);
  out.put(body.pts.count());
  out.put(static_cast<std::int64_t>(body.captured.time_since_epoch().count()));
  out.put(static_cast<std::int32_t>(body.width));
  out.put(static_cast<std::int32_t>(body.height));
  out.put(static_cast<std::uint8_t>(body.detected));
  const auto objects = std::min(body.objects.size(), kMaxObjects);
  out.count(objects);
  for (std::size_t i = 0; i < objects; ++i) put(out, body.objects[i]);
  out.put(std::isfinite(body.motion_score) ? std::clamp(body.motion_score, 0.0, 1.0) : 0.0);
  out.put(static_cast<std::int32_t>(std::max(0, body.motion_area)));
  const auto boxes = std::min(body.motion.size(), kMaxMotion);
  out.count(boxes);
  for (std::size_t i = 0; i < boxes; ++i) {
    const auto& box = body.motion[i];
    for (const int value : {box.x, box.y, box.width, box.height}) {
      out.put(static_cast<std::int32_t>(std::clamp(value, -kMaxSide, kMaxSide)));
    }
  }
  put_shown(out, body.model, kMaxWord);
  put_shown(out, body.device, kMaxWord);
  for (const auto* time : each_time(body.times)) out.put(static_cast<std::int64_t>(time->count()));
  return bytes;
}

Result<model::Observation> read_observation(View bytes) {
  Reader in(bytes);
  model::Observation body;
  body.sequence = in.get<std::uint64_t>();
  body.pts = Ticks(in.get<std::int64_t>());
  body.captured = WallTime(std::chrono::microseconds(in.get<std::int64_t>()));
  body.width = in.within<std::int32_t>(1, kMaxSide);
  body.height = in.within<std::int32_t>(1, kMaxSide);
  body.detected = in.flag();
  body.objects.resize(in.count(kMaxObjects, 60));
  for (auto& object : body.objects) object = object_from(in);
  body.motion_score = in.within<double>(0, 1);
  body.motion_area = in.within<std::int32_t>(0, std::numeric_limits<std::int32_t>::max());
  body.motion.resize(in.count(kMaxMotion, 16));
  for (auto& box : body.motion) {
    box.x = in.within<std::int32_t>(-kMaxSide, kMaxSide);
    box.y = in.within<std::int32_t>(-kMaxSide, kMaxSide);
    box.width = in.within<std::int32_t>(0, kMaxSide);
    box.height = in.within<std::int32_t>(0, kMaxSide);
  }
  body.model = shown_text(in, kMaxWord);
  body.device = shown_text(in, kMaxWord);
  for (auto* time : each_time(body.times)) *time = Nanos(in.get<std::int64_t>());
  if (!in.complete()) return nonsense("observation");
  return body;
}

}  // namespace vigil::analyser
