#pragma once

#include "base/json.h"
#include "base/result.h"
#include "model/plate_settings.h"

namespace vigil::model {

// Without version and time.
Json to_json(const PlateSettings& settings);

// What to_json() writes; members that are missing have their defaults. InvalidArgument with a pointer when the shape is
// another, or texts are too long or have control characters; whether patterns make sense is said by whoever compiles
// them.
Result<PlateSettings> read_plate_settings(const Json& in);

}  // namespace vigil::model
