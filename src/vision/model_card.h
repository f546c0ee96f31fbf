#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// What a model's file does not say about itself: model.json beside model.onnx.

namespace vigil::vision {

// How pictures become the numbers that a model takes: value = (channel − mean) / scale, channels 0..255.
struct Preparation {
  enum class Fit {
    Letterbox,  // the aspect is kept; what is left over is filled
    Stretch,    // the aspect becomes the model's
  };
  enum class Order { Rgb, Bgr };
  Fit fit = Fit::Letterbox;
  bool centred = false;  // letterbox: the picture in the middle instead of at the top left
  float fill = 114;      // letterbox: channel value of what is left over, before mean and scale
  Order order = Order::Rgb;
  std::array<float, 3> mean{0, 0, 0}, scale{255, 255, 255};  // in the order of the channels
  bool operator==(const Preparation&) const = default;
};

// How a model says what it found; docs/models.md. Unknown: to be recognised by the outputs' shapes.
enum class Layout { Unknown, Yolox, Gfl, Yolov5, Yolov8, Ssd, SsdParts, Detr, DetrDecoded, Rows };
const char* to_string(Layout layout);
std::string layout_names();  // "yolox, gfl, …"

// What a model is for. Only Detect has layouts; the others say it all by their task and their outputs' shapes.
enum class Task {
  Detect,
  FindPlates,        // licence plates with their corners
  ReadPlates,        // the text of a plate; labels are its characters, what is left is CTC's blank
  Appearance,        // embeddings of persons
  PersonAttributes,  // yes or no for each label
  FindFaces,
  AgeGender,  // of a face
  Segment,    // a class for each pixel
};
const char* to_string(Task task);                  // "detect", "find_plates", …
Result<Task> parse_task(const std::string& name);  // InvalidArgument names those that there are

// What is usual for models with that task, where their card does not say. Detectors: by layout, see vision/onnx.
Preparation usual_preparation(Task task);

struct ModelCard {
  std::string name;     // a-z, 0-9, '.', '_' and '-'; at most 64
  std::string version;  // the same
  std::string title;    // for people
  std::string licence;  // SPDX expression, or what the source says
  std::string source;   // URL; empty: not known
  std::string sha256;   // of model.onnx, lower case
  std::uint64_t bytes = 0;
  Task task = Task::Detect;
  Layout layout = Layout::Unknown;
  int width = 0, height = 0;  // of the input; 0: as the file says
  bool fitted = true;         // whether the input may take the camera's aspect, if the model bears it
  bool has_preparation = false;
  Preparation preparation;  // else: what is usual for the layout
  std::vector<std::string> labels;
  bool operator==(const ModelCard&) const = default;

  std::string id() const { return name + "@" + version; }
};

// InvalidArgument names the member that is wrong (pointer). Unknown members are errors.
Result<ModelCard> parse_model_card(std::string_view json);
std::string to_json(const ModelCard& card);

// Whether it may be a folder's name.
bool is_model_name(std::string_view name);

// One label a line; empty lines at the end are left out. InvalidArgument: none, more than 10000, longer than 100 bytes,
// control characters or no UTF-8, and one that is there twice.
Result<std::vector<std::string>> parse_labels(std::string_view text);

// The eighty classes of COCO, in the order that detectors trained on it have.
const std::vector<std::string>& coco_labels();

}  // namespace vigil::vision
