#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "media/opus.h"
#include "pipeline/analysis.h"
#include "pipeline/decoding.h"

namespace vigil::analyser {

struct ChildParts {
  pipeline::DecoderFactory make_decoder;
  pipeline::DetectorFactory& detectors;
  Clock& clock;
  // Opens what recognition needs, with the models that the server named; null: nothing is recognised.
  std::function<pipeline::RecognitionToolsPtr(const pipeline::RecognitionWanted&, const pipeline::RecogniserPlaces&)>
      open_recognition = nullptr;
  // What makes Opus of sound.
  std::function<Result<std::unique_ptr<media::OpusTranscoder>>()> make_opus = media::make_opus_transcoder;
};

// File descriptors that a child is given.
constexpr int kSocket = 3;
constexpr int kPage = 4;

// The program of an analyser child: loads, closes its sandbox, works until the server is gone. Returns the exit status.
int run_child(const ChildParts& parts);

// Closes the sandbox around this process and tries to get out: 0 when that was refused (or the kernel ended us), 1 when
// not, 2 for an unknown way.
int run_probe(const std::string& way);

}  // namespace vigil::analyser
