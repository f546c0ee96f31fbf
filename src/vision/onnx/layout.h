#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "vision/model_card.h"
#include "vision/onnx/candidate.h"
#include "vision/onnx/session.h"

// How detectors say what they found: recognised by the shapes of what a run gives, never by a file's name.

namespace vigil::vision::onnx {

// Instance masks as YOLACT has them (Bolya et al., 2019): each object's is a sum of prototypes, which are one output of
// [1, count, height, width] for the whole tensor, with coefficients that follow the object's classes in its row.
struct MaskPlan {
  int count = 0;           // of prototypes, and of coefficients; 0: no masks
  std::size_t output = 0;  // which output the prototypes are
};

// How lists of rows are laid out.
enum class RowOrder {
  CornersScoreClass,         // [1, N, 6]: YOLOv10 and others that suppress by themselves
  PictureCornersClassScore,  // [N, 7]: YOLOv7 with its own suppression
  ClassScoreCorners,         // [N, 6] with a count: PaddleDetection
};

// What is known of a model's outputs after one run.
struct Plan {
  Layout layout = Layout::Unknown;
  int classes = 0;                 // 0: the outputs do not say (SSD, decoded DETR)
  std::vector<int> strides;        // of the grids, finest first
  std::vector<std::size_t> parts;  // indexes of the outputs, in the order that the layout's reader wants
  int bins = 0;                    // GFL: of each side's distribution
  bool decoded = false;            // YOLOX: boxes are pixels already
  bool joined = false;             // GFL: all grids in one output
  bool transposed = false;         // YOLOv8: [1,N,4+C] instead of [1,4+C,N]
  bool has_nothing_class = false;  // DETR: softmax, and the last class means "nothing"
  float overlap = 0.5F;            // above which the weaker of two boxes goes
  RowOrder order = RowOrder::CornersScoreClass;
  bool letterboxed = false;  // DETR decoded: detectors of another family, which keep the picture's aspect
  MaskPlan masks;
};

struct Canvas {
  int width = 0, height = 0;  // of the tensor
};

// From a run on a canvas of that size. `wanted`: Layout::Unknown, or the one that the card names. `labels`: how many
// the card has; 0: not known. InvalidArgument names the outputs there are and the layouts known.
Result<Plan> recognise(const Session& session, const Outputs& outputs, const Canvas& canvas, Layout wanted,
                       std::size_t labels);

// Appends what a run found with at least `least` score. The shapes must be those of the plan (a canvas of another size
// aside): InvalidArgument when they are not.
Result<void> read_candidates(const Plan& plan, const Outputs& outputs, const Canvas& canvas, float least,
                             std::vector<Candidate>& out);

// What is usual for models of a layout. PicoDet, with four grids, learns from RGB; NanoDet from BGR.
Preparation usual_preparation(const Plan& plan);

// The readers, one for each family; called by read_candidates().
Result<void> read_yolox(const Plan&, const Outputs&, const Canvas&, float least, std::vector<Candidate>& out);
Result<void> read_gfl(const Plan&, const Outputs&, const Canvas&, float least, std::vector<Candidate>& out);
Result<void> read_yolov5(const Plan&, const Outputs&, const Canvas&, float least, std::vector<Candidate>& out);
Result<void> read_yolov8(const Plan&, const Outputs&, const Canvas&, float least, std::vector<Candidate>& out);
Result<void> read_ssd(const Plan&, const Outputs&, const Canvas&, float least, std::vector<Candidate>& out);
Result<void> read_detr(const Plan&, const Outputs&, const Canvas&, float least, std::vector<Candidate>& out);
Result<void> read_rows(const Plan&, const Outputs&, const Canvas&, float least, std::vector<Candidate>& out);

// How many cells the grids of these strides have, a cell begun counting as one.
std::int64_t cells(const Canvas& canvas, const std::vector<int>& strides);

// The greatest of `count` scores, found without a branch for each: most cells have nothing above the threshold.
float greatest(const float* scores, std::size_t count);

// Class with the greatest score.
int best_class(const float* scores, std::size_t count);

Error unexpected_outputs();

}  // namespace vigil::vision::onnx
