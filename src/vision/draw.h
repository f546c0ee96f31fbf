#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "media/frame.h"
#include "model/observation.h"
#include "model/polygon.h"

namespace vigil::vision {

struct Place {
  int x = 0, y = 0;
  bool operator==(const Place&) const = default;
};

// Where a track has been: the middle of the lower edge of its box, oldest first.
struct Trail {
  std::uint64_t track_id = 0;
  std::vector<Place> places;
  bool operator==(const Trail&) const = default;
};

// What is to be drawn into a picture.
struct Drawing {
  int width = 0, height = 0;  // of the picture that the places below speak of; 0: of the one that is drawn upon
  std::vector<model::SeenObject> objects;
  std::vector<Trail> trails;
  std::vector<model::PixelBox> motion;  // framed thinly
  std::vector<model::Polygon> areas;    // outlined: where nothing is looked for
  bool counts = false;                  // of the objects that are believed, by label, in the upper left corner
};

// A copy of the picture (I420) with a frame around each object that is believed, its mask, its label and its track's
// number; dashed where it was not seen in this picture. Line width and letters grow with the picture. Null for pictures
// without sides.
media::FramePtr draw(const media::Frame& frame, const Drawing& drawing);

// Remembers where tracks have been, and makes drawings of observations. Not thread-safe.
class Trails {
 public:
  // What to draw: the objects with their trails and counts, or what moves, where no detector runs.
  Drawing see(const model::Observation& observation);

 private:
  struct Path {
    std::deque<Place> places;
    Ticks seen{0};
  };
  std::map<std::uint64_t, Path> paths_;
};

}  // namespace vigil::vision
