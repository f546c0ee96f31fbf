#pragma once

#include <string_view>

namespace vigil::vision::plates {

// How alike two short texts are, 0..1: M. A. Jaro's share of common characters and their order (1989), raised for a
// common beginning as W. E. Winkler proposed (1990; a tenth for each of at most four characters). Bytes, not code
// points; only the first 64 of each are looked at.
double jaro_winkler(std::string_view a, std::string_view b);

}  // namespace vigil::vision::plates
