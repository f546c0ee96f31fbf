#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace vigil {

// A date and time of RFC 3339 with its offset ("2026-11-21T11:38:44.25Z", "2026-11-21T12:38:44+01:00"), years 0 to
// 9999. Digits after the microseconds are cut off; a leap second is the second after it. InvalidArgument for anything
// else, also for days that a month does not have.
Result<WallTime> parse_rfc3339(std::string_view text);

}  // namespace vigil
