#pragma once

#include <functional>
#include <string>

#include "pipeline/analysis.h"
#include "pipeline/recognition.h"

namespace vigil::screening {

struct ChildParts {
  pipeline::DetectorFactory& detectors;
  // Opens what recognition needs, with the models that the server named; null: nothing is recognised.
  std::function<pipeline::RecognitionToolsPtr(const pipeline::RecognitionWanted&, const pipeline::RecogniserPlaces&)>
      open_recognition = nullptr;
};

// The program of a screening child, which finds its descriptors as extract/child.h says: loads the models, closes its
// sandbox, looks at the video. Returns the exit status.
int run_child(const ChildParts& parts);

}  // namespace vigil::screening
