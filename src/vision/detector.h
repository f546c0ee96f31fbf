#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "media/frame.h"
#include "model/box.h"
#include "model/observation.h"

namespace vigil::vision {

struct Detection {
  model::Box box;     // pixels of the frame, clipped to it
  int class_id = -1;  // index into Detector::labels()
  float score = 0;    // 0..1
  std::optional<model::Mask> mask;
};

struct Detections {
  std::vector<Detection> found;  // best score first, after non-maximum suppression
  Nanos preprocess{0}, infer{0}, postprocess{0};
};

struct DetectOptions {
  float min_score = 0.1F;  // the tracker's second stage wants the weak ones too
  bool tiles = false;      // overlapping tiles besides the whole picture
};

// Finds objects in one picture. Implementations: ONNX models by output layout (vision/onnx), the classic detector
// (vision/classic). One instance serves one camera and is not thread-safe; what is heavy (an ONNX session) is shared
// behind it. May keep state from frame to frame (the classic one learns a background).
class Detector {
 public:
  virtual ~Detector() = default;
  virtual Result<Detections> detect(const media::Frame& frame, const DetectOptions& options) = 0;
  virtual const std::vector<std::string>& labels() const = 0;
  virtual const std::string& model_name() const = 0;  // name@version, or "classic"
  virtual const std::string& device() const = 0;      // "cpu", "cuda", …
};

}  // namespace vigil::vision
