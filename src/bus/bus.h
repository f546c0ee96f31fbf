#pragma once

#include <memory>

#include "bus/topic.h"
#include "model/event.h"
#include "model/observation.h"

namespace vigil::bus {

// What matters, and what was seen: many times as much, so it has a topic of its own.
using Bus = Topic<model::Event>;
using Subscription = TopicSubscription<model::Event>;
using EventPtr = std::shared_ptr<const model::Event>;

using Observations = Topic<model::Observation>;
using ObservationSubscription = TopicSubscription<model::Observation>;

}  // namespace vigil::bus
