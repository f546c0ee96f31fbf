#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "vision/model_store.h"

namespace vigil::app {

// Where a child finds the model of that name ("": the default one, classic when there is none), as NamedDetectors has
// it. NotFound names those that are there.
Result<std::string> place_of_model(const vision::ModelStore& models, const std::string& name);

}  // namespace vigil::app
