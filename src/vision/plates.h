#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "media/frame.h"
#include "model/box.h"
#include "vision/picture_model.h"
#include "vision/plate_text.h"
#include "vision/preprocess.h"

// Licence plates: where they are in a picture, made straight, and what they say.

namespace vigil::vision {

struct Corner {
  float x = 0, y = 0;  // pixels of the picture
};
using Corners = std::array<Corner, 4>;  // from the top left clockwise, as one reads the plate

struct PlateSpot {
  model::Box box;
  Corners corners;
  bool exact = false;      // the corners are the plate's; else the box's
  bool two_lines = false;  // as far as the finder can tell
  float score = 0;         // 0..1
};

// Not thread-safe; one for each thread that uses it.
class PlateFinder {
 public:
  virtual ~PlateFinder() = default;
  // Plates in that part of the picture (nothing: all of it), best first, at most 20, those that overlap only once.
  virtual Result<std::vector<PlateSpot>> find(const media::Frame& frame, const Region& within) = 0;
  virtual const std::string& name() const = 0;  // of the model, or "classic"
};

// From a model with the output [1,N,15]: box, score, four corners, one line or two (YOLOv5-face as used by HyperLPR).
Result<std::unique_ptr<PlateFinder>> make_plate_finder(PictureModelPtr model);

// Without any model: OpenCV's cascade (Debian's opencv-data). NotFound, with what to install, where it is not there.
Result<std::unique_ptr<PlateFinder>> make_classic_plate_finder(const std::string& cascade = {});

// The plate as one would see it from the front, its width fitted to its aspect, its height about `height` samples: I444
// (or Gray, as the picture). Never larger than 1024 × 512. `margin`: what is taken along on each side, of its height.
media::FramePtr straighten(const media::Frame& frame, const PlateSpot& spot, int height, double margin = 0);

// Not thread-safe; one for each thread that uses it.
class PlateReader {
 public:
  virtual ~PlateReader() = default;
  // What the plate says; an empty text where nothing can be read.
  virtual Result<PlateText> read(const media::Frame& frame, const PlateSpot& spot) = 0;
  virtual const std::string& name() const = 0;  // of the model, or "tesseract"
};

// Reads with a model that gives a score for each character and place: [1,characters+1,places] or the other way round.
// The blank is the one that has no label.
Result<std::unique_ptr<PlateReader>> make_plate_reader(PictureModelPtr model);

// Reads with Tesseract and its English data, without looking for words. Unavailable, with what to install, where there
// are no data.
Result<std::unique_ptr<PlateReader>> make_tesseract_reader(const std::string& data_folder = {});

}  // namespace vigil::vision
