#pragma once

#include <cstdint>
#include <string>

#include "media/clip.h"

namespace vigil::extract {

// Why a video whose last picture is the one at `seen` ended before its end, for people; empty: it did not. Some say by
// their header that more is to come.
std::string early_end(const media::Clip& clip, Ticks seen);

// "0:01:05".
std::string clock_text(std::int64_t ms);

// InvalidArgument (media.too_long): it takes more than that.
Result<void> check_duration(std::int64_t duration_ms, std::int64_t most_ms);

}  // namespace vigil::extract
