#pragma once

#include <string>

#include "base/result.h"

namespace vigil::jobs {

// A name for the workers of a process that only those have who use the same data folder, one after the other, since
// this machine was started: who has it knows that nobody before him lives any more, because the folder is locked by
// whoever uses it. Made of a random number in the folder (worker.id), of which file that number lies in, and of the
// kernel's boot id. So a copy of the folder, a snapshot of it on another machine, or the folder on another machine
// have other names: then leases simply run out.
//
// Call it with the folder locked. Errors: of the file.
Result<std::string> seat_of(const std::string& data_dir);

}  // namespace vigil::jobs
