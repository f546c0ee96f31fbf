#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "vision/model_card.h"

// A model that looks at a part of a picture and is no detector: loaded once for a process and device, used by all that
// recognise something with it. What it is made of is private to vision/onnx.

namespace vigil::vision {

namespace onnx {
class PictureModel;
}
using PictureModelPtr = std::shared_ptr<const onnx::PictureModel>;  // immutable and thread-safe

const ModelCard& card_of(const PictureModelPtr& model);

// Loads FOLDER/model.onnx as FOLDER/model.json says; the errors are those of load_model(). Whether its outputs are
// those of its task is found out by whoever makes a recogniser of it.
Result<PictureModelPtr> load_picture_model(const std::filesystem::path& folder, const std::string& device = "cpu");
Result<PictureModelPtr> load_picture_model(const ModelCard& card, std::string_view onnx,
                                           const std::string& device = "cpu");

}  // namespace vigil::vision
