#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"

namespace vigil::api {

// Our own YAML (the embedded OpenAPI document) as JSON. Plain scalars become null, booleans and numbers as in
// YAML 1.2's core schema, quoted ones stay text. InvalidArgument with line and column.
Result<Json> yaml_to_json(const std::string& text);

}  // namespace vigil::api
