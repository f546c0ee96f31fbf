#pragma once

#include <filesystem>
#include <memory>

#include "model/analysis.h"
#include "pipeline/recognition.h"

namespace vigil::app {

// What the settings ask for, with the newest model of each task in the folder of models. Plates work without any
// (OpenCV's cascade and Tesseract), colours too; what is not there is named in `missing`.
pipeline::RecognitionTools open_recognition(const std::filesystem::path& models,
                                            const model::AnalysisSettings& settings,
                                            std::shared_ptr<vision::Gallery> gallery);

}  // namespace vigil::app
