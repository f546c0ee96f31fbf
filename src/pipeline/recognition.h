#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "media/frame.h"
#include "model/analysis.h"
#include "model/observation.h"
#include "vision/attributes.h"
#include "vision/plate_formats.h"
#include "vision/plate_vote.h"
#include "vision/plates.h"
#include "vision/reid.h"

namespace vigil::pipeline {

// What is asked for besides classes.
struct RecognitionWanted {
  bool plates = false, attributes = false, appearance = false;
  bool operator==(const RecognitionWanted&) const = default;

  bool any() const { return plates || attributes || appearance; }
  bool covers(const RecognitionWanted& other) const {
    return (plates || !other.plates) && (attributes || !other.attributes) && (appearance || !other.appearance);
  }
  RecognitionWanted& operator|=(const RecognitionWanted& other);
};
RecognitionWanted recognition_wanted(const model::AnalysisSettings& settings);  // nothing where analysis is off

// Folders of the models to recognise with, by their task ("find_plates"). A task that is not there is done with what is
// built in, or not at all.
using RecogniserPlaces = std::map<std::string, std::string>;

// With what is recognised; what is null or empty is left out. Used by one look at a time: whoever shares them between
// cameras shares the lane too.
struct RecognitionTools {
  std::unique_ptr<vision::PlateFinder> plate_finder;
  std::unique_ptr<vision::PlateReader> plate_reader;
  vision::PlateFormats formats;
  std::vector<std::unique_ptr<vision::AttributeReader>> persons;
  std::unique_ptr<vision::Embedder> embedder;
  bool colours = false;  // of clothing and vehicles
  // What was asked for and is not there, why, and what to do; for people.
  struct Missing {
    std::string plates, attributes, appearance;
  } missing;
};
using RecognitionToolsPtr = std::shared_ptr<RecognitionTools>;

// Uses each of them once, on a picture without anything in it: nothing is loaded or set up later. For a process that
// cannot do that later.
void warm_up(RecognitionTools& tools);

// Runs pieces of work beside the frames, one after the other. `sequence`: of the picture that the piece looks at.
using Beside = std::function<void(std::uint64_t sequence, std::function<void()> work)>;

// What was agreed on about tracks, by their ids, for those who go on with them: the next process, or other settings.
using Recognised = std::map<std::uint64_t, std::vector<model::Attribute>>;

struct RecognitionFigures {
  std::uint64_t looks = 0;  // at tracks
  Nanos time{0};            // that they took, in all
};

// What is said about one camera's tracks besides the frame path: a track is looked at a few times while it lasts,
// beside the frames, and what the looks agree on is told with every later observation of it; each embedding once, with
// the next one. While a look is under way no other begins, so that nothing queues up. see() is called by one thread.
class Recognition {
 public:
  // `beside`: null where pictures can wait (a file): then see() looks itself, and results do not depend on speed.
  // Pieces that have not begun when this is destroyed do nothing.
  Recognition(std::string camera_id, const RecognitionWanted& wanted, RecognitionToolsPtr tools, Beside beside,
              Clock& clock = system_clock());
  ~Recognition();

  // Adds what is known to the objects, and begins to look at those that are due.
  void see(const media::FramePtr& frame, std::vector<model::SeenObject>& objects);

  // Each counts as a few looks that agreed; of what is not asked for nothing is taken.
  void remember(const Recognised& recognised);
  Recognised recognised() const;

  const std::string& missing() const;
  RecognitionFigures figures() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
  Beside beside_;  // the first to go
};

}  // namespace vigil::pipeline
