#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "analyser/attribute_message.h"
#include "analyser/messages.h"
#include "sandbox/bytes.h"
#include "sandbox/reading.h"

// What was seen. It goes from a process that foreign pictures may have taken over to rules, database and page: nothing
// gets through that those could not bear.

namespace vigil::analyser {
namespace {

using namespace sandbox;

constexpr std::size_t kMaxObjects = 1024;
constexpr std::size_t kMaxMotion = 64;
constexpr std::size_t kMaxAttributes = 64;
constexpr std::size_t kMaxRuns = 65536;
constexpr std::size_t kMaxWord = 256;
constexpr std::size_t kMaxDescription = 2048;
constexpr std::size_t kMaxDimensions = 4096;  // of an embedding
constexpr double kUnitWithin = 0.01;          // by which the length of an embedding may differ from 1
constexpr float kFar = 1'000'000;             // pixels; boxes may reach beyond the picture

// Of all objects together, so that the message is not longer than is allowed: half a mebibyte each.
struct Budget {
  std::size_t appearances = 32;
  std::size_t runs = 128 * 1024;

  static bool take(std::size_t& left, std::size_t wanted) {
    if (wanted > left) return false;
    left -= wanted;
    return true;
  }
};

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

bool is_unit(const std::vector<float>& values) {
  double squares = 0;
  for (const float each : values) squares += static_cast<double>(each) * each;
  return std::isfinite(squares) && std::abs(std::sqrt(squares) - 1) <= kUnitWithin;
}

bool can_be_sent(const model::Appearance& appearance) {
  return appearance.values.size() <= kMaxDimensions && is_unit(appearance.values);
}

void put(Writer& out, const model::Appearance& appearance) {
  put_shown(out, appearance.model, kMaxWord);
  out.count(appearance.values.size());
  for (const float each : appearance.values) out.put(each);
}

model::AppearancePtr appearance_from(Reader& in) {
  auto out = std::make_shared<model::Appearance>();
  out->model = shown_text(in, kMaxWord);
  out->values.resize(in.count(kMaxDimensions, sizeof(float)));
  for (auto& each : out->values) each = in.get<float>();
  if (!is_unit(out->values)) in.spoil();
  return out;
}

void put(Writer& out, const model::Scene& scene) {
  put_shown(out, scene.type, kMaxWord);
  put_shown(out, scene.description, kMaxDescription);
  out.put(bounded(scene.confidence, 0, 1));
  put_shown(out, scene.model, kMaxWord);
}

model::Scene scene_from(Reader& in) {
  model::Scene scene;
  scene.type = shown_text(in, kMaxWord);
  scene.description = shown_text(in, kMaxDescription);
  scene.confidence = in.within<float>(0, 1);
  scene.model = shown_text(in, kMaxWord);
  return scene;
}

void put(Writer& out, const model::SeenObject& object, Budget& budget) {
  out.put(object.track_id);
  out.put(static_cast<std::uint8_t>(object.state));
  put_shown(out, object.label, kMaxWord);
  out.put(static_cast<std::int32_t>(object.class_id));
  out.put(bounded(object.confidence, 0, 1));
  put(out, object.box);
  out.put(static_cast<std::uint8_t>(object.detected.has_value()));
  if (object.detected) put(out, *object.detected);
  out.put(static_cast<std::uint8_t>(object.stationary));
  const auto runs = object.mask ? object.mask->runs.size() : 0;
  const bool masked = object.mask && runs <= kMaxRuns && Budget::take(budget.runs, runs);
  out.put(static_cast<std::uint8_t>(masked));
  if (masked) put(out, *object.mask);
  put_attributes(out, object.attributes, kMaxAttributes);
  const bool looks = object.appearance && can_be_sent(*object.appearance) && Budget::take(budget.appearances, 1);
  out.put(static_cast<std::uint8_t>(looks));
  if (looks) put(out, *object.appearance);
}

// Who it is, is for the server to say: it knows the other cameras.
model::SeenObject object_from(Reader& in, Budget& budget) {
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
  object.attributes = attributes_from(in, kMaxAttributes);
  if (in.flag()) {
    if (!Budget::take(budget.appearances, 1)) in.spoil();
    object.appearance = appearance_from(in);
  }
  return object;
}

template <typename Times>
auto each_time(Times& times) {
  return std::array{&times.queued, &times.decode,      &times.motion, &times.wait, &times.preprocess,
                    &times.infer,  &times.postprocess, &times.track,  &times.total};
}

}  // namespace

void put_attributes(Writer& out, const std::vector<model::Attribute>& attributes, std::size_t most) {
  const auto count = std::min(attributes.size(), most);
  out.count(count);
  for (std::size_t i = 0; i < count; ++i) {
    put_shown(out, attributes[i].name, kMaxWord);
    put_shown(out, attributes[i].value, kMaxWord);
    out.put(bounded(attributes[i].confidence, 0, 1));
    put_shown(out, attributes[i].model, kMaxWord);
  }
}

std::vector<model::Attribute> attributes_from(Reader& in, std::size_t most) {
  std::vector<model::Attribute> out(in.count(most, 16));
  for (auto& attribute : out) {
    attribute.name = shown_text(in, kMaxWord);
    attribute.value = shown_text(in, kMaxWord);
    attribute.confidence = in.within<float>(0, 1);
    attribute.model = shown_text(in, kMaxWord);
  }
  return out;
}

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
  Budget budget;
  for (std::size_t i = 0; i < objects; ++i) put(out, body.objects[i], budget);
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
  out.put(static_cast<std::uint8_t>(body.scene.has_value()));
  if (body.scene) put(out, *body.scene);
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
  body.objects.resize(in.count(kMaxObjects, 45));
  Budget budget;
  for (auto& object : body.objects) object = object_from(in, budget);
  body.motion_score = in.within<double>(0, 1);
  body.motion_area = in.within<std::int32_t>(0, std::numeric_limits<std::int32_t>::max());
  body.motion.resize(in.count(kMaxMotion, 16));
  for (auto& box : body.motion) {
    box.x = in.within<std::int32_t>(-kMaxSide, kMaxSide);
    box.y = in.within<std::int32_t>(-kMaxSide, kMaxSide);
    box.width = in.within<std::int32_t>(0, kMaxSide);
    box.height = in.within<std::int32_t>(0, kMaxSide);
  }
  if (in.flag()) body.scene = scene_from(in);
  body.model = shown_text(in, kMaxWord);
  body.device = shown_text(in, kMaxWord);
  for (auto* time : each_time(body.times)) *time = Nanos(in.get<std::int64_t>());
  return finished(in, std::move(body), "observation");
}

}  // namespace vigil::analyser
