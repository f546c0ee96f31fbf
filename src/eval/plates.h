#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/box.h"

// How good plates are found and read. Pure.

namespace vigil::eval {

struct PlateTruth {
  std::string file;  // the picture's name, beside the text file
  model::Box box;
  std::string text;
};

// Lines of "file x y w h text" with tabs (or blanks) between, as OpenALPR's benchmark has them. InvalidArgument names
// the line. A file's name has no folder in it.
Result<std::vector<PlateTruth>> parse_plate_truth(std::string_view text);

// One plate of the truth, and what was made of it.
struct PlateOutcome {
  bool found = false;  // a finder's box overlaps it by half (intersection over union)
  std::string truth, read;
};

struct PlateScores {
  std::size_t plates = 0, found = 0;
  std::size_t exact = 0;       // read without a mistake, of all plates
  std::size_t alike = 0;       // the same, but O counts as 0 and I as 1: many plates draw them the same
  std::size_t edits = 0;       // letters and digits to be changed, inserted or deleted; all of a plate not found
  std::size_t characters = 0;  // of the truth
};
PlateScores score_plates(const std::vector<PlateOutcome>& outcomes);

}  // namespace vigil::eval
