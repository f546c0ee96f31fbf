#pragma once

#include "bus/topic.h"
#include "model/job.h"

namespace vigil::bus {

// What happens to jobs: a topic of its own, for it is about no camera.
using Jobs = Topic<model::JobEvent>;
using JobSubscription = TopicSubscription<model::JobEvent>;

}  // namespace vigil::bus
