#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "vision/plates.h"

namespace vigil::app {

// The model with that task: a folder with model.onnx and model.json, an ONNX file (whose card is the catalogue's, or
// what is usual for the task), or a name in the folder of models. NotFound says where was looked.
Result<vision::PictureModelPtr> open_picture_model(const std::filesystem::path& models, const std::string& what,
                                                   vision::Task task, const std::string& device = "cpu");

// "classic" (and ""): OpenCV's cascade; else a model.
Result<std::unique_ptr<vision::PlateFinder>> open_plate_finder(const std::filesystem::path& models,
                                                               const std::string& what);

// "tesseract" (and ""); else a model.
Result<std::unique_ptr<vision::PlateReader>> open_plate_reader(const std::filesystem::path& models,
                                                               const std::string& what);

}  // namespace vigil::app
