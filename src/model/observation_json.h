#pragma once

#include <string>

#include "model/observation.h"

namespace vigil::model {

// One frame as one line of JSON, without the newline, in the layout of Intel DL Streamer's gvametaconvert element
// (https://dlstreamer.github.io/elements/gvametaconvert.html), so that what reads that reads this:
//   {"resolution": {"width", "height"}, "source": camera id, "timestamp": media time in ns, "system_timestamp": RFC
//   3339,
//    "objects": [{"x", "y", "w", "h": whole pixels, "region_id", "id": track, "roi_type": label,
//                 "detection": {"bounding_box": {"x_min", "x_max", "y_min", "y_max": 0..1}, "confidence", "label",
//                               "label_id"},
//                 "<attribute>": {"label", "confidence", "model": {"name"}}, "vigil": {…}}], "vigil": {…}}
// "id" is left out where there is no track, "label_id" where the model has no number for it; the bounding box is cut to
// the picture, x, y, w and h are not.
// What that layout has no place for stands under "vigil": of the frame
//   {"sequence", "captured": Unix seconds, "detected", "model", "device", "motion": {"score", "boxes": [[x, y, w, h]]},
//    "latency_ms", "stages_ms": {"queued", "decode", "motion", "wait", "preprocess", "infer", "postprocess", "track"}}
// and of an object
//   {"state", "box": [x, y, w, h] to a tenth of a pixel, "detected_box"?, "stationary", "subject"?: {"id",
//   "similarity"},
//    "mask"?: {"width", "height", "runs"}}.
// Tentative tracks are among the objects: readers that count look at "state".
std::string to_json_text(const Observation& observation);

}  // namespace vigil::model
