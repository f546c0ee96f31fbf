#include "vision/onnx/detection_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/log.h"
#include "vision/onnx/graph.h"

namespace vigil::vision::onnx {
namespace {

constexpr int kUsualSide = 640;  // where neither the file nor the card says
constexpr int kMaxSide = 4096;
constexpr int kStep = 32;

// What PaddleDetection's models are told besides the picture: its height and width, and that it is not scaled.
std::vector<float> side_values(const Port& port, const TensorShape& shape) {
  if (port.element != Element::Float) return {};
  if (port.name.find("scale") != std::string::npos) return {1, 1};
  if (port.name.find("shape") == std::string::npos) return {};
  return {static_cast<float>(shape.height), static_cast<float>(shape.width)};
}

// Two pictures that are not alike, one behind the other.
std::vector<float> try_pictures(const TensorShape& shape) {
  const auto pixels = static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.height) * 3;
  std::vector<float> out(2 * pixels, 0.5F);
  for (std::size_t i = 0; i < pixels; ++i) out[pixels + i] = static_cast<float>(i % 97) / 97;
  return out;
}

// Up to what another order of additions changes.
bool is_like(const Outputs& left, const Outputs& right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    auto near = [](float a, float b) { return std::abs(a - b) <= 1e-3F + 1e-2F * std::abs(b); };
    if (left.shape(i) != right.shape(i) || !std::ranges::equal(left.floats(i), right.floats(i), near) ||
        !std::ranges::equal(left.integers(i), right.integers(i))) {
      return false;
    }
  }
  return true;
}

}  // namespace

Result<std::shared_ptr<const DetectionModel>> DetectionModel::load(ModelCard card, std::string_view bytes,
                                                                   const std::string& device, bool joins) {
  VIGIL_ASSIGN(auto summary, read_graph(bytes));
  auto model = std::shared_ptr<DetectionModel>(new DetectionModel());
  model->card_ = std::move(card);
  VIGIL_ASSIGN(model->session_, Session::load(bytes, device));
  VIGIL_TRY(model->choose_input());
  VIGIL_TRY(model->try_out());
  if (model->card_.fitted) VIGIL_TRY(model->try_other_size(bytes, device));
  if (joins) VIGIL_TRY(model->try_several(bytes, device));
  return std::shared_ptr<const DetectionModel>(std::move(model));
}

// Which input takes the picture, how, and of what size.
Result<void> DetectionModel::choose_input() {
  const auto& inputs = session_->inputs();
  auto unsuitable = [&](std::string_view why) {
    return make_error(ErrorKind::InvalidArgument,
                      fmt::format("the model's inputs are not those of a detector ({}): {}", why, describe(inputs)),
                      "model.input");
  };
  picture_ = inputs.size();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].shape.size() == 4) {
      if (picture_ != inputs.size()) return unsuitable("two pictures");
      picture_ = i;
    } else if (inputs[i].shape.size() != 2 ||
               (inputs[i].element != Element::Int64 && side_values(inputs[i], {}).empty())) {
      return unsuitable("more than a picture and its size");
    }
  }
  if (picture_ == inputs.size()) return unsuitable("no picture of four dimensions");
  const auto& input = inputs[picture_];
  const auto& shape = input.shape;
  channels_last_ = shape[3] == 3 && shape[1] != 3;
  if (shape[channels_last_ ? 3 : 1] != 3) return unsuitable("not three channels");
  if (shape[0] > 1) return unsuitable("several pictures at once");
  if (input.element != Element::Float && input.element != Element::UInt8)
    return unsuitable("channels are neither float nor uint8");
  bytes_input_ = input.element == Element::UInt8;
  auto settle = [&](std::int64_t in_file, int& in_card, const char* what) -> Result<void> {
    if (in_file > 0 && in_card > 0 && in_file != in_card) {
      return make_error(ErrorKind::InvalidArgument,
                        fmt::format("the model's {} is {}, and its card says {}", what, in_file, in_card),
                        "model.card");
    }
    if (in_card == 0)
      in_card = static_cast<int>(in_file > 0 ? std::min<std::int64_t>(in_file, kMaxSide + 1) : kUsualSide);
    if (in_card > kMaxSide) return unsuitable("the picture is too large");
    return {};
  };
  VIGIL_TRY(settle(shape[channels_last_ ? 1 : 2], card_.height, "height"));
  return settle(shape[channels_last_ ? 2 : 3], card_.width, "width");
}

// One run on a gray picture shows the outputs' shapes.
Result<void> DetectionModel::try_out() {
  VIGIL_ASSIGN(auto outputs, run_empty(shape()));
  VIGIL_ASSIGN(plan_, recognise(*session_, outputs, {card_.width, card_.height}, card_.layout, card_.labels.size()));
  card_.layout = plan_.layout;
  if (!card_.has_preparation) {
    card_.preparation = usual_preparation(plan_);
    card_.has_preparation = true;
  }
  if (!card_.labels.empty()) return {};
  if (plan_.classes == static_cast<int>(coco_labels().size())) {
    card_.labels = coco_labels();
    return {};
  }
  if (plan_.classes == 0)
    return make_error(ErrorKind::InvalidArgument, "the model does not say how many classes it has; give it labels",
                      "model.labels");
  return make_error(ErrorKind::InvalidArgument,
                    fmt::format("the model tells {} classes apart; give it as many labels", plan_.classes),
                    "model.labels");
}

Result<Outputs> DetectionModel::run_empty(const TensorShape& shape) const {
  std::vector<float> gray(static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.height) * 3, 0.5F);
  return run(gray, shape);
}

// Most detectors are convolutions only and take any multiple of their coarsest stride. Where the file fixes the size,
// a copy of it with a free one is tried: with another shape it must give the same outputs for that many cells.
Result<void> DetectionModel::try_other_size(std::string_view bytes, const std::string& device) {
  const bool on_grid = !plan_.strides.empty() && card_.width % kStep == 0 && card_.height % kStep == 0;
  if (!on_grid || channels_last_ || bytes_input_ || session_->inputs().size() != 1) return {};
  auto fixed = session_;
  const auto& input = session_->inputs()[0].shape;
  if (input[2] > 0 || input[3] > 0) {
    VIGIL_ASSIGN(auto changed, with_free_size(bytes));
    auto loaded = Session::load(changed, device);
    if (!loaded) return {};
    session_ = std::move(*loaded);
  }
  const TensorShape other{card_.width, card_.height > kStep ? card_.height - kStep : card_.height + kStep, false};
  auto same_answer = [&](const TensorShape& size) {
    auto outputs = run_empty(size);
    if (!outputs) return false;
    std::vector<Candidate> found;
    return read_candidates(plan_, *outputs, {size.width, size.height}, 0.99F, found).ok();
  };
  takes_any_size_ = same_answer(other) && same_answer(shape());
  if (!takes_any_size_) {
    session_ = std::move(fixed);
    log::debug("a model takes pictures of its own shape only", {{"model", card_.id()}});
  }
  return {};
}

// Where the file fixes the number of pictures, a copy of it with a free one is tried. Two different pictures in one run
// must give what each gives alone.
Result<void> DetectionModel::try_several(std::string_view bytes, const std::string& device) {
  if (channels_last_ || bytes_input_ || session_->inputs().size() != 1) return {};
  auto session = session_;
  if (session->inputs()[0].shape[0] > 0) {
    VIGIL_ASSIGN(auto changed, with_free_size(bytes, FreeSides::SizeAndCount));
    auto loaded = Session::load(changed, device);
    if (!loaded) return {};
    session = std::move(*loaded);
  }
  auto run = [session](std::span<const float> tensors, std::size_t pictures,
                       const TensorShape& size) -> Result<std::vector<Outputs>> {
    const std::vector<std::int64_t> dims = {static_cast<std::int64_t>(pictures), 3, size.height, size.width};
    VIGIL_ASSIGN(auto outputs, session->run(std::vector<Input>{{dims, tensors}}));
    return split(std::move(outputs), pictures);
  };
  auto two = try_pictures(shape());
  auto together = run(two, 2, shape());
  bool same = together.ok();
  for (std::size_t i = 0; same && i < 2; ++i) {
    const auto half = two.size() / 2;
    auto alone = run_alone(std::span<const float>(two).subspan(i * half, half), shape());
    same = alone.ok() && is_like((*together)[i], *alone);
  }
  if (same) {
    batcher_ = std::make_unique<Batcher>(std::move(run));
  } else {
    log::debug("a model takes one picture at a time only", {{"model", card_.id()}});
  }
  return {};
}

Result<Outputs> DetectionModel::run(std::span<const float> tensor, const TensorShape& shape) const {
  return batcher_ ? batcher_->run(tensor, shape) : run_alone(tensor, shape);
}

Result<Outputs> DetectionModel::run_alone(std::span<const float> tensor, const TensorShape& shape) const {
  const std::vector<std::int64_t> dims = shape.channels_last
                                             ? std::vector<std::int64_t>{1, shape.height, shape.width, 3}
                                             : std::vector<std::int64_t>{1, 3, shape.height, shape.width};
  const std::array<std::int64_t, 2> size = {shape.width, shape.height};
  std::vector<std::uint8_t> bytes;
  std::vector<Input> inputs;
  std::vector<std::vector<float>> sides;
  sides.reserve(session_->inputs().size());  // they stay where they are
  for (std::size_t i = 0; i < session_->inputs().size(); ++i) {
    if (i != picture_ && session_->inputs()[i].element == Element::Float) {
      const auto& side = sides.emplace_back(side_values(session_->inputs()[i], shape));
      inputs.push_back({{1, 2}, std::span<const float>(side)});
    } else if (i != picture_) {
      inputs.push_back({{1, 2}, std::span<const std::int64_t>(size)});
    } else if (bytes_input_) {
      bytes.resize(tensor.size());
      std::transform(tensor.begin(), tensor.end(), bytes.begin(),
                     [](float value) { return static_cast<std::uint8_t>(std::clamp(value + 0.5F, 0.F, 255.F)); });
      inputs.push_back({dims, std::span<const std::uint8_t>(bytes)});
    } else {
      inputs.push_back({dims, tensor});
    }
  }
  return session_->run(inputs);
}

}  // namespace vigil::vision::onnx
