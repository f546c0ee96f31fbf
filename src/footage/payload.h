#pragma once

#include <string>

#include "base/json.h"
#include "extract/request.h"

namespace vigil::footage {

// What a job is to take out of a video, as its payload says: {"cadence": "fps", "fps": 1, …}; members that are missing
// are as in extract::Request. InvalidArgument (extract.request) names what is wrong, and members that nobody knows.
Result<extract::Request> read_request(const std::string& payload);
Json to_json(const extract::Request& request);

// How far a job is: what stands behind its cursor.
struct Progress {
  std::optional<Ticks> after;  // frames up to this time are there
  std::uint64_t pictures = 0;
  bool frames_done = false;
  bool operator==(const Progress&) const = default;
};
// Of our own making; DataLoss (job.cursor) all the same, when it is not.
Result<Progress> read_cursor(const std::string& cursor);
std::string write_cursor(const Progress& progress);

}  // namespace vigil::footage
