#include "vision/model.h"

#include <fmt/format.h>

#include "vision/digest.h"
#include "vision/onnx/detection_model.h"
#include "vision/read_file.h"

namespace vigil::vision {
namespace {

constexpr std::size_t kMaxText = 4u << 20;

// On a processor core one picture after the other is as quick.
bool joins(const std::string& device) {
  return device != "cpu";
}

}  // namespace

Result<ModelPtr> load_model(const ModelCard& card, std::string_view onnx, const std::string& device) {
  if (!card.sha256.empty() && sha256(onnx) != card.sha256) {
    return make_error(
        ErrorKind::DataLoss,
        fmt::format("the model {} is not the file that it was (SHA-256); pull or add it again", card.id()),
        "model.checksum");
  }
  if (card.task != Task::Detect) {
    return make_error(ErrorKind::InvalidArgument,
                      fmt::format("the model {} is no detector, its task is {}", card.id(), to_string(card.task)),
                      "model.task");
  }
  auto model = onnx::DetectionModel::load(card, onnx, device, joins(device));
  if (!model) return std::move(model).error().while_doing("model " + card.id());
  return ModelPtr(std::move(*model));
}

Result<ModelCard> read_model_card(const std::filesystem::path& folder) {
  VIGIL_ASSIGN(auto text, read_file(folder / "model.json", kMaxText));
  auto card = parse_model_card(text);
  if (!card) return std::move(card).error().while_doing(folder.string());
  auto labels = read_file(folder / "labels.txt", kMaxText);
  if (!labels) {
    if (labels.error().kind == ErrorKind::NotFound) return card;
    return std::move(labels).error();
  }
  auto parsed = parse_labels(*labels);
  if (!parsed) return std::move(parsed).error().while_doing((folder / "labels.txt").string());
  card->labels = std::move(*parsed);
  return card;
}

Result<ModelPtr> load_model(const std::filesystem::path& folder, const std::string& device) {
  VIGIL_ASSIGN(auto card, read_model_card(folder));
  VIGIL_ASSIGN(auto bytes, read_file(folder / "model.onnx", onnx::kMaxModelBytes));
  return load_model(card, bytes, device);
}

}  // namespace vigil::vision
