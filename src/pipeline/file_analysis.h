#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "media/video_file.h"
#include "model/observation.h"
#include "pipeline/analysis.h"

namespace vigil::pipeline {

class SubjectAssigner;

// What has become of a file's pictures.
struct FileFigures {
  std::uint64_t frames = 0;    // decoded
  std::uint64_t broken = 0;    // packets and pictures that could not be decoded
  std::string ended;           // why the file ended before its end; empty: it did not
  bool sizes_changed = false;  // not all pictures have the same size
  bool stopped = false;        // by `stop`
};

// Shows all pictures of a file to an analysis, as a camera's: numbered from 1, captured at their time in the file after
// `begins`.
// Decoding runs ahead by a few pictures on a thread of its own, the analysis on the caller's; nothing is dropped, since
// a file can wait. `each` gets every picture, with what was seen in it where it was looked at; its error ends the run.
// `refine`, where there is one, is given every observation before.
Result<FileFigures> analyse_file(
    media::VideoFile& file, Analysis& analysis,
    const std::function<Result<void>(const media::FramePtr&, const std::optional<model::Observation>&)>& each,
    std::stop_token stop = {}, WallTime begins = {}, Clock& clock = system_clock(),
    const std::function<void(model::Observation&)>& refine = nullptr);

}  // namespace vigil::pipeline
