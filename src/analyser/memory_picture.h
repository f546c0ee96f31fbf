#pragma once

#include "analyser/messages.h"
#include "base/fd.h"
#include "base/result.h"
#include "media/frame.h"

// Pictures that go from process to process as memory files that nobody can change any more.

namespace vigil::analyser {

struct MemoryPicture {
  Fd file;
  FrameBody body;
};

// Copies the planes into a new memory file and seals it. ResourceExhausted when there is no memory.
Result<MemoryPicture> to_memory(const media::Frame& frame);

// The picture in a foreign memory file, mapped and not copied. DataLoss unless it is sealed against changes and as
// large as `body` says.
Result<media::FramePtr> from_memory(Fd file, const FrameBody& body);

}  // namespace vigil::analyser
