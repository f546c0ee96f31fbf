#pragma once

#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/layout.h"

namespace vigil::model {

// Objects with camera, x, y, width and height.
Json to_json(const std::vector<LayoutTile>& tiles);

// InvalidArgument when the shape is another; whether they make sense is for validate() to say.
Result<std::vector<LayoutTile>> read_tiles(const Json& in);

}  // namespace vigil::model
