#pragma once

#include "base/result.h"
#include "model/job.h"

namespace vigil::footage {

// What an extraction's error means for its job: a video of which the child dies is tried once more, as the machine may
// have been to blame; then it is to blame itself, for good.
Error judged(Error error, const model::Job& job);

}  // namespace vigil::footage
