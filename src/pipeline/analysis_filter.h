#pragma once

#include <string>
#include <vector>

#include "model/analysis.h"
#include "vision/detector.h"

// What of a detector's findings the settings want. Private to the analysis.

namespace vigil::pipeline {

class AnalysisFilter {
 public:
  // `labels`: of the model.
  void adopt(const model::AnalysisSettings& settings, const std::vector<std::string>& labels);

  // What is wanted. Scores are such that the tracker's threshold `confidence()` separates what may begin a track from
  // what may only continue one, whatever the class: `source[i]` says which one detection i was, with its own score.
  struct Wanted {
    std::vector<vision::Detection> detections;
    std::vector<std::size_t> source;
  };
  Wanted apply(const std::vector<vision::Detection>& found, int width, int height) const;

  float confidence() const { return confidence_; }

  // The lowest score that is of any use.
  float min_score() const;

  // Names in the settings that the model does not know, for people; empty when it knows all.
  const std::string& unknown() const { return unknown_; }

 private:
  bool wants(const vision::Detection& detection, int width, int height) const;

  model::AnalysisSettings settings_;
  float confidence_ = 0.5F;
  bool all_classes_ = true;
  std::vector<bool> wanted_;        // by class
  std::vector<float> confidences_;  // by class
  std::string unknown_;
};

}  // namespace vigil::pipeline
