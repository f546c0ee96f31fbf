#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vision/detector.h"
#include "vision/model_card.h"

// A detection model in memory: loaded once for a process and device, used by the detectors of all cameras.

namespace vigil::vision {

// Immutable and thread-safe; needs nothing of the file system once it is there, so that the folder may go away and a
// sandbox may close. What it is made of is private to vision/onnx.
class Model {
 public:
  virtual ~Model() = default;
  virtual const ModelCard& card() const = 0;  // complete: layout, size, preparation and labels are what is used
  virtual const std::string& device() const = 0;
  virtual bool takes_any_size() const = 0;  // a detector's input has its camera's aspect
};
using ModelPtr = std::shared_ptr<const Model>;

// Loads FOLDER/model.onnx as FOLDER/model.json says (and FOLDER/labels.txt, one label a line, where there is one).
// `device`: "cpu", "cuda", "tensorrt", "openvino", with ":N" for the N-th one. NotFound: no such folder. DataLoss: the
// file is not the one that the card was written for (SHA-256). InvalidArgument: no model, outputs of no layout known
// (they are named), labels that do not fit, no such device. Unavailable: there is no ONNX Runtime.
Result<ModelPtr> load_model(const std::filesystem::path& folder, const std::string& device = "cpu");

// FOLDER/model.json, with the labels of FOLDER/labels.txt where there is one.
Result<ModelCard> read_model_card(const std::filesystem::path& folder);

// The same from memory: for a process that may open no files.
Result<ModelPtr> load_model(const ModelCard& card, std::string_view onnx, const std::string& device = "cpu");

struct DetectorSetup {
  bool square = false;  // the input's own size for every picture, also where the model takes any
  // How many times the pixels of its own size the input may have where the model takes any: people on a camera are far
  // away and small (docs/benchmarks.md). 1: the scale that the model's own size gives.
  double room = 1.32;
};

// A detector for one camera.
std::unique_ptr<Detector> make_detector(ModelPtr model, const DetectorSetup& setup = {});

}  // namespace vigil::vision
