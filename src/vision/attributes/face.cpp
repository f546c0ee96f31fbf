#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "vision/attributes.h"
#include "vision/attributes/faces.h"
#include "vision/onnx/picture_model.h"

namespace vigil::vision {
namespace {

constexpr float kLeastFace = 40;  // pixels; smaller ones say nothing reliable
constexpr float kLeastScore = 0.75F;
constexpr int kAgeStep = 10;  // ages are told as ranges: the model's mean error is seven years

struct Ports {
  std::size_t loc = 0, conf = 0, iou = 0;
};

class FaceAttributes final : public AttributeReader {
 public:
  FaceAttributes(PictureModelPtr faces, PictureModelPtr ages, const Ports& ports, std::size_t age, std::size_t gender)
      : faces_(std::move(faces)),
        ages_(std::move(ages)),
        ports_(ports),
        age_(age),
        gender_(gender),
        name_(ages_->card().id()),
        look_(faces_->preprocessor()),
        face_(ages_->preprocessor()) {}

  Result<std::vector<model::Attribute>> read(const media::Frame& frame, const model::Box& box) override {
    std::vector<model::Attribute> out;
    const auto head =
        model::clip({box.x, box.y, box.width, std::max(box.height * 0.4F, box.width)}, frame.width, frame.height);
    if (head.width < kLeastFace || head.height < kLeastFace) return out;
    VIGIL_ASSIGN(auto found, find(frame, head));
    if (!found) return out;
    const auto& face = *found;
    if (std::min(face.width, face.height) < kLeastFace) return out;
    face_.prepare(frame, {static_cast<int>(face.x), static_cast<int>(face.y), static_cast<int>(face.width),
                          static_cast<int>(face.height)});
    VIGIL_ASSIGN(auto outputs, ages_->run(face_.tensor()));
    const auto gender = outputs.floats(gender_), age = outputs.floats(age_);
    if (gender.size() != 2 || age.size() != 1) return out;
    const bool male = gender[1] >= gender[0];
    out.push_back({"gender", male ? "male" : "female", std::clamp(std::max(gender[0], gender[1]), 0.F, 1.F), name_});
    const int years = static_cast<int>(std::clamp(age[0], 0.F, 1.F) * 100);
    const int from = years / kAgeStep * kAgeStep;
    out.push_back({"age", fmt::format("{}-{}", from, from + kAgeStep - 1), kAgeConfidence, name_});
    return out;
  }
  const std::string& name() const override { return name_; }

 private:
  static constexpr float kAgeConfidence = 0.6F;  // the model gives none

  Result<std::optional<model::Box>> find(const media::Frame& frame, const model::Box& head) {
    const auto placement = look_.prepare(frame, {static_cast<int>(head.x), static_cast<int>(head.y),
                                                 static_cast<int>(head.width), static_cast<int>(head.height)});
    VIGIL_ASSIGN(auto outputs, faces_->run(look_.tensor()));
    const auto shape = faces_->shape();
    const auto face = attributes::best_face(outputs.floats(ports_.loc), outputs.floats(ports_.conf),
                                            outputs.floats(ports_.iou), shape.width, shape.height, kLeastScore);
    if (!face) return std::optional<model::Box>();
    const auto& b = face->box;
    return std::optional(placement.to_picture(b.x, b.y, b.right(), b.bottom()));
  }

  PictureModelPtr faces_, ages_;
  Ports ports_;
  std::size_t age_, gender_;
  std::string name_;
  Preprocessor look_, face_;
};

std::int64_t numbers(const std::vector<std::int64_t>& shape) {
  std::int64_t out = 1;
  for (const auto side : shape) out *= side;
  return out;
}

}  // namespace

Result<std::unique_ptr<AttributeReader>> make_face_attributes(PictureModelPtr faces, PictureModelPtr age_gender) {
  const auto shape = faces->shape();
  const auto count = static_cast<std::int64_t>(attributes::prior_count(shape.width, shape.height));
  Ports ports;
  int known = 0;
  for (std::size_t i = 0; i < faces->output_shapes().size(); ++i) {
    const auto all = numbers(faces->output_shapes()[i]);
    if (all == count * 14) ports.loc = i, known |= 1;
    if (all == count * 2) ports.conf = i, known |= 2;
    if (all == count) ports.iou = i, known |= 4;
  }
  if (faces->card().task != Task::FindFaces || known != 7) {
    return faces->unsuitable(fmt::format("three outputs with 14, 2 and 1 numbers for each of {} prior boxes", count));
  }
  std::size_t age = 0, gender = 0;
  known = 0;
  for (std::size_t i = 0; i < age_gender->output_shapes().size(); ++i) {
    const auto all = numbers(age_gender->output_shapes()[i]);
    if (all == 1) age = i, known |= 1;
    if (all == 2) gender = i, known |= 2;
  }
  if (age_gender->card().task != Task::AgeGender || known != 3) {
    return age_gender->unsuitable("an output with two shares and one with an age");
  }
  return std::unique_ptr<AttributeReader>(
      std::make_unique<FaceAttributes>(std::move(faces), std::move(age_gender), ports, age, gender));
}

}  // namespace vigil::vision
