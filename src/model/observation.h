#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/box.h"
#include "model/event.h"

// What was seen in one frame.

namespace vigil::model {

enum class TrackState {
  Tentative,  // seen too seldom to be believed
  Confirmed,  // seen in this frame
  Coasting,   // confirmed before, not seen in this frame; the box is a prediction
  Lost,       // not seen for longer than the tracker waits: its last appearance
};
const char* to_string(TrackState state);  // "tentative", …

struct Attribute {
  std::string name;   // "gender", "upper_colour", "vehicle_type", "plate", …
  std::string value;  // "unknown" where nothing is sure enough
  float confidence = 0;
  std::string model;
  bool operator==(const Attribute&) const = default;
};

// Instance mask inside the box that the detector gave: run lengths over rows of a width × height grid that covers it,
// beginning with zeros.
struct Mask {
  int width = 0, height = 0;
  std::vector<std::uint32_t> runs;
  bool operator==(const Mask&) const = default;
};

// How an object looks, as the numbers that re-identification compares: an embedding.
struct Appearance {
  std::string model;          // only embeddings of one model compare
  std::vector<float> values;  // of unit length
  bool operator==(const Appearance&) const = default;
};
using AppearancePtr = std::shared_ptr<const Appearance>;

// What the picture shows as a whole, and in words.
struct Scene {
  std::string type;         // "day", "night, crowded", …; whether indoors or outdoors is not known without a model
  std::string description;  // sentences in English
  float confidence = 0;     // of the type
  std::string model;        // that told it; "" for what follows from the objects and the light alone
  bool operator==(const Scene&) const = default;
};

struct SeenObject {
  std::uint64_t track_id = 0;  // unique on its camera for ever; 0: not tracked
  TrackState state = TrackState::Tentative;
  std::string label;            // class by vote over the track
  int class_id = -1;            // of `label` in the model's list
  float confidence = 0;         // of the detection; while coasting, of the last one
  Box box;                      // the tracker's
  std::optional<Box> detected;  // the detector's; nothing when it did not see the object in this frame
  bool stationary = false;
  std::optional<Mask> mask;  // of `detected`, without which there is none
  std::vector<Attribute> attributes;
  AppearancePtr appearance;      // only in the observation after it was taken; else null
  std::uint64_t subject_id = 0;  // who it seems to be over tracks and cameras; 0: not looked for
  float subject_similarity = 0;  // 0..1, never a certainty
};

// Time from the arrival of the packet to the end of each stage, and time within it.
struct StageTimes {
  Nanos queued{0};  // from arrival until decoding began
  Nanos decode{0};
  Nanos motion{0};
  Nanos wait{0};  // for a free place at the detector
  Nanos preprocess{0}, infer{0}, postprocess{0};
  Nanos track{0};
  Nanos total{0};  // from arrival to the finished observation
};

struct Observation {
  std::string camera_id;
  std::uint64_t sequence = 0;  // of the packet; a file's frames count from 1
  Ticks pts{0};
  WallTime captured;
  int width = 0, height = 0;  // of the source picture
  bool detected = false;      // false: the detector was not run (nothing moved); objects are the tracker's
  std::vector<SeenObject> objects;
  double motion_score = 0;  // 0..1
  int motion_area = 0;      // moving pixels of the source picture
  std::vector<PixelBox> motion;
  std::optional<Scene> scene;  // only when it was looked at anew
  std::string model;           // name and version, "classic" for the built-in one
  std::string device;          // "cpu", "cuda", …
  StageTimes times;
};

using ObservationPtr = std::shared_ptr<const Observation>;

}  // namespace vigil::model
