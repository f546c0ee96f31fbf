#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/part_file.h"
#include "app/process.h"
#include "app/track_boxes.h"
#include "base/result.h"
#include "media/frame.h"
#include "media/video_writer.h"
#include "model/observation.h"
#include "vision/draw.h"

namespace vigil::app {

// The files that `vigil process` was asked for.
class ProcessOutput {
 public:
  // `width`, `height`, `fps`: of the video.
  static Result<std::unique_ptr<ProcessOutput>> create(const ProcessOptions& options, int width, int height,
                                                       double fps);

  // A picture, and what was seen in it; null: it was not looked at.
  Result<void> add(const media::FramePtr& frame, const model::Observation* seen);
  Result<void> finish();

  // Tracks that were believed.
  std::size_t tracks() const { return tracks_.size(); }

 private:
  explicit ProcessOutput(const ProcessOptions& options) : options_(options) {}
  Result<void> add_coco(const model::Observation& seen);
  Result<void> finish_coco();
  void add_mot(const model::Observation& seen);

  const ProcessOptions& options_;
  std::unique_ptr<PartFile> json_, coco_;
  std::unique_ptr<media::VideoWriter> video_;
  TrackBoxes boxes_{Boxes::Filled};
  vision::Trails trails_;
  vision::Drawing shown_;  // of the last picture looked at
  std::string coco_images_;
  std::map<int, std::string> coco_categories_;
  std::uint64_t coco_boxes_ = 0;
  std::set<std::uint64_t> tracks_;
};

}  // namespace vigil::app
