#include "vision/onnx/picture_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "vision/digest.h"
#include "vision/onnx/graph.h"
#include "vision/read_file.h"

namespace vigil::vision {
namespace onnx {
namespace {

constexpr int kMaxSide = 2048;

}  // namespace

Result<PictureModelPtr> PictureModel::load(ModelCard card, std::string_view bytes, const std::string& device) {
  VIGIL_TRY(read_graph(bytes));
  auto model = std::shared_ptr<PictureModel>(new PictureModel());
  model->card_ = std::move(card);
  VIGIL_ASSIGN(model->session_, Session::load(bytes, device));
  VIGIL_TRY(model->choose_input());
  const std::vector<float> gray(
      static_cast<std::size_t>(model->card_.width) * static_cast<std::size_t>(model->card_.height) * 3, 0.5F);
  VIGIL_ASSIGN(auto outputs, model->run(gray));
  for (std::size_t i = 0; i < outputs.size(); ++i) model->output_shapes_.push_back(outputs.shape(i));
  return PictureModelPtr(std::move(model));
}

Result<void> PictureModel::choose_input() {
  const auto& inputs = session_->inputs();
  auto wrong = [&](std::string_view why) {
    return make_error(ErrorKind::InvalidArgument,
                      fmt::format("the model's inputs are not one picture ({}): {}", why, describe(inputs)),
                      "model.input");
  };
  if (inputs.size() != 1 || inputs[0].shape.size() != 4) return wrong("not one input of four dimensions");
  if (inputs[0].element != Element::Float) return wrong("channels are not float");
  const auto& shape = inputs[0].shape;
  channels_last_ = shape[3] == 3 && shape[1] != 3;
  if (shape[channels_last_ ? 3 : 1] != 3) return wrong("not three channels");
  if (shape[0] > 1) return wrong("several pictures at once");
  auto settle = [&](std::int64_t in_file, int& side, std::string_view name) -> Result<void> {
    if (in_file > kMaxSide || (in_file > 0 && side > 0 && side != in_file)) {
      return wrong(fmt::format("its {} is {}", name, in_file));
    }
    if (in_file > 0) side = static_cast<int>(in_file);
    if (side <= 0) return wrong(fmt::format("neither it nor its card says the {}", name));
    return {};
  };
  VIGIL_TRY(settle(shape[channels_last_ ? 1 : 2], card_.height, "height"));
  return settle(shape[channels_last_ ? 2 : 3], card_.width, "width");
}

Result<Outputs> PictureModel::run(std::span<const float> tensor) const {
  auto dims = channels_last_ ? std::vector<std::int64_t>{1, card_.height, card_.width, 3}
                             : std::vector<std::int64_t>{1, 3, card_.height, card_.width};
  const std::vector<Input> inputs = {{std::move(dims), tensor}};
  return session_->run(inputs);
}

Error PictureModel::unsuitable(std::string_view wanted) const {
  std::string shapes;
  for (std::size_t i = 0; i < output_shapes_.size(); ++i) {
    shapes += fmt::format("{}{} [{}]", i == 0 ? "" : ", ", outputs()[i].name, fmt::join(output_shapes_[i], ","));
  }
  return make_error(
      ErrorKind::InvalidArgument,
      fmt::format("the model {} gives {}; for {} {} is needed", card_.id(), shapes, to_string(card_.task), wanted),
      "model.output");
}

}  // namespace onnx

const ModelCard& card_of(const PictureModelPtr& model) {
  return model->card();
}

Result<PictureModelPtr> load_picture_model(const ModelCard& card, std::string_view onnx, const std::string& device) {
  if (!card.sha256.empty() && sha256(onnx) != card.sha256) {
    return make_error(
        ErrorKind::DataLoss,
        fmt::format("the model {} is not the file that it was (SHA-256); pull or add it again", card.id()),
        "model.checksum");
  }
  auto model = onnx::PictureModel::load(card, onnx, device);
  if (!model) return std::move(model).error().while_doing("model " + card.id());
  return model;
}

Result<PictureModelPtr> load_picture_model(const std::filesystem::path& folder, const std::string& device) {
  VIGIL_ASSIGN(auto text, read_file(folder / "model.json", 4u << 20));
  auto card = parse_model_card(text);
  if (!card) return std::move(card).error().while_doing(folder.filename().string());
  VIGIL_ASSIGN(auto bytes, read_file(folder / "model.onnx", onnx::kMaxModelBytes));
  return load_picture_model(*card, bytes, device);
}

}  // namespace vigil::vision
