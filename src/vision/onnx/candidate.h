#pragma once

#include <cstddef>
#include <vector>

namespace vigil::vision::onnx {

// A box as a model gave it: corners in pixels of the tensor.
struct Candidate {
  float x1 = 0, y1 = 0, x2 = 0, y2 = 0;
  float score = 0;
  int class_id = 0;
  int row = -1;   // where its mask's coefficients are; -1: it has none
  int view = -1;  // in which of the runs for this picture
};

constexpr std::size_t kMaxCandidates = 2000;  // looked at for overlap, best first
constexpr std::size_t kMaxFound = 300;

// Leaves, best score first, those that no better one of the same class overlaps by more than `overlap` (intersection
// over union); 1: all. At most kMaxFound.
void suppress(std::vector<Candidate>& candidates, float overlap);

}  // namespace vigil::vision::onnx
