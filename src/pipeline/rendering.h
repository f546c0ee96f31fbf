#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "media/frame.h"
#include "media/packet.h"
#include "model/observation.h"
#include "model/polygon.h"
#include "model/rendition.h"
#include "vision/draw.h"

namespace vigil::pipeline {

// One camera's decoded pictures → its renditions. At most 1920×1080 samples and 6 Mbit/s, a key frame every two
// seconds and whenever something begins anew; H.264 without B-frames, so that every picture comes out at once. A
// picture waits up to 200 ms for what is seen in it, so that boxes and pictures are in step. One thread at a time.
class Rendering {
 public:
  using Out = std::function<void(model::Rendition rendition, media::Packet packet)>;
  explicit Rendering(Out out);
  ~Rendering();

  void want(model::Renditions wanted);  // of the pictures that follow
  // Where nothing is looked for: outlined.
  void areas(std::vector<model::Polygon> areas) { areas_ = std::move(areas); }
  const model::Renditions& wanted() const { return wanted_; }

  void take(const media::FramePtr& frame);  // in the order in which they are shown
  void see(const model::Observation& seen);
  // Pictures are left out here: those that wait come out, and the next one begins anew.
  void interrupt();

 private:
  class Encoding;
  void let_out(std::size_t keep);
  vision::Drawing drawing_for(const media::Frame& frame) const;
  void encode(model::Rendition rendition, const media::FramePtr& frame);

  const Out out_;
  model::Renditions wanted_;
  std::vector<model::Polygon> areas_;
  std::map<model::Rendition, std::unique_ptr<Encoding>> encodings_;

  // Of the annotated one.
  struct Seen {
    Ticks pts{0};
    WallTime captured;
    vision::Drawing drawing;
  };
  vision::Trails trails_;
  std::deque<Seen> seen_;  // the last two
  std::deque<media::FramePtr> held_;
};

}  // namespace vigil::pipeline
