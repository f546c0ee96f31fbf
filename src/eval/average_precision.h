#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/box.h"

// How good a detector is, as COCO counts it (https://cocodataset.org/#detection-eval): precision at 101 recalls, the
// mean over the classes that occur. Pure functions.

namespace vigil::eval {

struct LabelledBox {
  model::Box box;
  int class_id = 0;
};

struct ScoredBox {
  model::Box box;
  int class_id = 0;
  float score = 0;
};

// What is in one picture, and what was found in it.
struct Picture {
  std::vector<LabelledBox> truth;
  std::vector<ScoredBox> found;
};

struct ClassPrecision {
  int class_id = 0;
  int truths = 0;
  int found = 0;    // detections of the class, at most 100 a picture
  double ap50 = 0;  // at an overlap of 0.5
  double ap = 0;    // mean over overlaps of 0.50, 0.55 … 0.95
};

struct DetectionScores {
  std::vector<ClassPrecision> classes;  // those that occur in the truth, by number
  double ap50 = 0, ap = 0;              // means over them; 0 when there are none
};

DetectionScores average_precision(std::span<const Picture> pictures);

// A YOLO label file: one object a line, "class x y width height", the middle and size as parts of the picture; what
// follows on a line is left alone. InvalidArgument names the line.
Result<std::vector<LabelledBox>> parse_yolo_labels(std::string_view text, int width, int height);

}  // namespace vigil::eval
