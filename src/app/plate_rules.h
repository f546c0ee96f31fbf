#pragma once

#include <memory>

#include "pipeline/plate_judge.h"
#include "store/repositories.h"

namespace vigil::app {

// The server's formats and lists of plates. What cannot be read keeps nobody from working: then everything is a plate,
// and no list is kept.
std::shared_ptr<const pipeline::PlateRules> kept_plate_rules(store::Store& store);

}  // namespace vigil::app
