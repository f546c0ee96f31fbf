#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/polygon.h"

namespace vigil::model {

// Lists of points, each a pair [x, y].
Json to_json(const std::vector<Polygon>& polygons);

// Replaces `polygons`. InvalidArgument with `pointer` when the shape is another or there are more than 32 polygons of
// 64 points; whether they are inside the picture is for check_masks() to say.
Result<void> read_polygons(const Json& in, std::vector<Polygon>& polygons, const std::string& pointer);

}  // namespace vigil::model
