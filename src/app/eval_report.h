#pragma once

#include <string>
#include <vector>

#include "app/eval.h"
#include "base/json.h"
#include "eval/mot_file.h"
#include "eval/tracking.h"

namespace vigil::app {

struct TrackingReport {
  int frames = 0;  // in which truth or result is anything
  int truth_boxes = 0, result_boxes = 0, result_ids = 0, ignored_boxes = 0;
  eval::Hota hota;
  eval::Clear clear;
  eval::Identity identity;
};

TrackingReport score(const std::vector<eval::MotRow>& truth, const std::vector<eval::MotRow>& result,
                     ZeroMarked zero_marked);

Json to_json(const TrackingReport& report);

// For a terminal; shares in percent.
std::string to_table(const TrackingReport& report);

}  // namespace vigil::app
