#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/box.h"

// Ground truth and a tracker's result of one video, brought together for the metrics.

namespace vigil::eval {

struct TrackedBox {
  int frame = 1;
  std::int64_t id = 0;
  model::Box box;
  bool ignored = false;  // truth only: whatever is found here counts neither way
};

// Ids are numbered anew from 0, so that they are indices.
struct Frame {
  int number = 1;
  std::vector<int> truth, result;  // ids
  std::vector<double> overlap;     // truth × result: intersection over union
  double at(std::size_t t, std::size_t r) const { return overlap[t * result.size() + r]; }
};

struct Sequence {
  std::vector<Frame> frames;  // in which anything is, in order
  int truth_ids = 0, result_ids = 0;
  int truth_boxes = 0, result_boxes = 0;
  int ignored_boxes = 0;  // results that lie on ignored truth and were taken out
};

// A result box that matches an ignored one (overlap 0.5 or more; best assignment of all truth, as TrackEval does with
// what it calls distractors) is taken out, and so are the ignored boxes. Rows need no order.
Sequence align(std::span<const TrackedBox> truth, std::span<const TrackedBox> result);

// Overlap as a fraction of both boxes, in double precision.
double overlap(const model::Box& a, const model::Box& b);

}  // namespace vigil::eval
