#pragma once

#include "base/clock.h"
#include "model/box.h"
#include "vision/track/live_track.h"

// How well a detection fits a track.

namespace vigil::vision::track {

// 0..1 or more (the direction adds to it); 0: cannot be the same.
float similarity(const LiveTrack& track, const model::Box& predicted, const Found& found, Nanos at);

// Intersection over union of both boxes grown on each side by that part of their size (C-BIoU, Yang et al. 2023).
float grown_iou(const model::Box& a, const model::Box& b, float part);

}  // namespace vigil::vision::track
