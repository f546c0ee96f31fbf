#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "media/frame.h"
#include "model/analysis.h"
#include "model/observation.h"
#include "pipeline/scheduler.h"
#include "vision/attributes.h"
#include "vision/gallery.h"
#include "vision/plate_formats.h"
#include "vision/plate_vote.h"
#include "vision/plates.h"
#include "vision/reid.h"

namespace vigil::pipeline {

// With what is recognised; what is null or empty is left out.
struct RecognitionTools {
  std::unique_ptr<vision::PlateFinder> plate_finder;
  std::unique_ptr<vision::PlateReader> plate_reader;
  vision::PlateFormats formats;
  std::vector<std::unique_ptr<vision::AttributeReader>> persons;
  std::unique_ptr<vision::Embedder> embedder;
  std::shared_ptr<vision::Gallery> gallery;  // with the embedder: who it seems to be
  bool colours = false;                      // of clothing and vehicles
  std::string missing;                       // what was asked for and is not there, and why; for people
};

// What is said about one camera's tracks besides the frame path: a track is looked at a few times while it lasts, on a
// lane of its own, and what the looks agree on is told with every later observation of it. While a look is under way no
// other begins, so that nothing queues up. see() is called by one thread.
class Recognition {
 public:
  // `lane`: null where pictures can wait (a file): then see() looks itself, and results do not depend on speed.
  Recognition(std::string camera_id, RecognitionTools tools, std::unique_ptr<Scheduler::Lane> lane);
  ~Recognition();  // waits for the look that is under way

  // Adds what is known to the objects, and begins to look at those that are due.
  void see(const media::FramePtr& frame, std::vector<model::SeenObject>& objects);

  const std::string& missing() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::unique_ptr<Scheduler::Lane> lane_;  // the first to go
};

}  // namespace vigil::pipeline
