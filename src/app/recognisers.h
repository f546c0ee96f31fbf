#pragma once

#include <filesystem>

#include "pipeline/recognition.h"

namespace vigil::app {

// The newest model of each task that this takes, in the folder of models.
pipeline::RecogniserPlaces find_recognisers(const std::filesystem::path& models,
                                            const pipeline::RecognitionWanted& wanted);

// Opens what is wanted. Plates work without any model (OpenCV's cascade and Tesseract), colours too; what is not there
// is named in `missing`. Never null.
pipeline::RecognitionToolsPtr open_recognition(const pipeline::RecogniserPlaces& places,
                                               const pipeline::RecognitionWanted& wanted);

}  // namespace vigil::app
