#pragma once

#include "media/frame.h"

namespace vigil::media {

// A picture of two fields that were taken one after the other, as one of the moment of its first field: where something
// moved in between, and lines stand out like a comb, those of the second field are made anew from the lines around
// them. What stands still keeps all its lines. Pictures are taken out one by one, so that those before and behind,
// which other ways need, are not there.
//
// Combs are found as TIVTC and VapourSynth describe it (five lines, then neighbours that are combed as well); lines are
// made by the spatial filter of BBC R&D's w3fdif, as bwdif uses it. Pure.
FramePtr deinterlace(FramePtr frame, bool top_first);

}  // namespace vigil::media
