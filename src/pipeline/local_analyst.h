#pragma once

#include <memory>

#include "base/clock.h"
#include "media/decoder.h"
#include "pipeline/analyst.h"
#include "pipeline/decoding.h"

namespace vigil::pipeline {

// Has no model of any name.
DetectorFactory& no_detectors();

// Analysts that work in this process, on the thread that hands them the packets: for tests and for tools whose pictures
// are their user's own.
class LocalAnalysts final : public Analysts {
 public:
  explicit LocalAnalysts(Clock& clock, DecoderFactory make_decoder = media::make_decoder,
                         DetectorFactory& detectors = no_detectors())
      : clock_(clock), make_decoder_(std::move(make_decoder)), detectors_(detectors) {}
  std::unique_ptr<Analyst> open(const AnalystConfig& config, AnalystListener& listener) override;

 private:
  Clock& clock_;
  const DecoderFactory make_decoder_;
  DetectorFactory& detectors_;
};

}  // namespace vigil::pipeline
