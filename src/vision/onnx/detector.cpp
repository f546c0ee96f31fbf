#include <algorithm>

#include "base/clock.h"
#include "vision/model.h"
#include "vision/onnx/detection_model.h"
#include "vision/onnx/instance_mask.h"
#include "vision/onnx/tiles.h"

namespace vigil::vision {
namespace {

using onnx::Candidate;
using onnx::DetectionModel;

class OnnxDetector final : public Detector {
 public:
  OnnxDetector(std::shared_ptr<const DetectionModel> model, const DetectorSetup& setup)
      : model_(std::move(model)), setup_(setup), name_(model_->card().id()) {}

  Result<Detections> detect(const media::Frame& frame, const DetectOptions& options) override {
    if (frame.width <= 0 || frame.height <= 0 || frame.planes[0].data == nullptr)
      return make_error(ErrorKind::InvalidArgument, "an empty picture");
    Detections out;
    views_.clear();
    std::vector<Candidate> all;  // in pixels of the picture
    VIGIL_TRY(look(frame, {0, 0, frame.width, frame.height}, options.min_score, whole_, all, out));
    if (options.tiles) {
      for (const auto& tile : onnx::tiles_of(frame.width, frame.height)) {
        std::vector<Candidate> found;
        VIGIL_TRY(look(frame, tile, options.min_score, tile_, found, out));
        onnx::demote_cut(found, tile, frame.width, frame.height);
        all.insert(all.end(), found.begin(), found.end());
      }
    }
    auto began = system_clock().steady();
    onnx::suppress(all, model_->plan().overlap);
    if (options.tiles) onnx::drop_parts(all);
    for (const auto& each : all) add(each, options.min_score, frame, out);
    out.postprocess += system_clock().steady() - began;
    views_.clear();
    return out;
  }

  const std::vector<std::string>& labels() const override { return model_->card().labels; }
  const std::string& model_name() const override { return name_; }
  const std::string& device() const override { return model_->device(); }

 private:
  // Kept for the next picture, which has the same size nearly always.
  struct Eye {
    std::unique_ptr<Preprocessor> preprocessor;
    int width = 0, height = 0;
  };
  // A run whose outputs are needed until it is known which objects are left.
  struct View {
    onnx::Outputs outputs;
    onnx::Canvas canvas;
    Placement placement;
  };

  Result<void> look(const media::Frame& frame, const Region& region, float least, Eye& eye,
                    std::vector<Candidate>& found, Detections& times) {
    auto began = system_clock().steady();
    if (!eye.preprocessor || eye.width != region.width || eye.height != region.height) {
      auto shape = model_->shape();
      if (model_->takes_any_size() && !setup_.square) {
        // Tiles are large enough as they are.
        const bool roomy = &eye == &whole_ && setup_.room > 1;
        const auto pixels = static_cast<std::int64_t>(setup_.room * shape.width * shape.height);
        shape = roomy ? roomy_shape(shape, pixels, region.width, region.height)
                      : fitted_shape(shape, region.width, region.height);
      }
      eye.preprocessor = std::make_unique<Preprocessor>(shape, model_->card().preparation);
      eye.width = region.width;
      eye.height = region.height;
    }
    auto placement = eye.preprocessor->prepare(frame, region);
    auto prepared = system_clock().steady();
    const auto& shape = eye.preprocessor->shape();
    VIGIL_ASSIGN(auto outputs, model_->run(eye.preprocessor->tensor(), shape));
    auto inferred = system_clock().steady();
    const auto first = found.size();
    const onnx::Canvas canvas{shape.width, shape.height};
    VIGIL_TRY(onnx::read_candidates(model_->plan(), outputs, canvas, least, found));
    for (auto i = first; i < found.size(); ++i) {
      auto& each = found[i];
      auto box = placement.to_picture(each.x1, each.y1, each.x2, each.y2);
      each.x1 = box.x;
      each.y1 = box.y;
      each.x2 = box.right();
      each.y2 = box.bottom();
      each.view = static_cast<int>(views_.size());
    }
    if (model_->plan().masks.count > 0) views_.push_back({std::move(outputs), canvas, placement});
    times.preprocess += prepared - began;
    times.infer += inferred - prepared;
    times.postprocess += system_clock().steady() - inferred;
    return {};
  }

  void add(const Candidate& each, float least, const media::Frame& frame, Detections& out) const {
    if (each.score < least || each.class_id >= static_cast<int>(labels().size())) return;
    auto box = model::clip({each.x1, each.y1, each.x2 - each.x1, each.y2 - each.y1}, frame.width, frame.height);
    // What is no number or has no area is nothing seen.
    if (!(box.width > 0 && box.height > 0)) return;
    std::optional<model::Mask> mask;
    if (each.view >= 0 && static_cast<std::size_t>(each.view) < views_.size()) {
      const auto& view = views_[static_cast<std::size_t>(each.view)];
      mask = onnx::instance_mask(model_->plan(), view.outputs, view.canvas, view.placement, each, box);
    }
    out.found.push_back({box, each.class_id, each.score, std::move(mask)});
  }

  std::shared_ptr<const DetectionModel> model_;
  DetectorSetup setup_;
  std::string name_;
  Eye whole_, tile_;
  std::vector<View> views_;  // of the picture that is looked at, where the model gives masks
};

}  // namespace

std::unique_ptr<Detector> make_detector(ModelPtr model, const DetectorSetup& setup) {
  auto detection = std::dynamic_pointer_cast<const DetectionModel>(model);
  VIGIL_ASSERT(detection != nullptr);  // there is no other kind
  return std::make_unique<OnnxDetector>(std::move(detection), setup);
}

}  // namespace vigil::vision
