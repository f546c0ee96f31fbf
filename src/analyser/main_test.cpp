#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "analyser/child.h"
#include "analyser/faulty_decoder_fake.h"
#include "media/decoder.h"
#include "pipeline/detector_fake.h"
#include "vision/plates.h"

// The tests' program is its own child: `analyser_test analyse` opens pictures with decoders that do what the packets
// tell them, crashing among it. `analyser_test recognise` opens real ones, sees one car in each, and recognises with
// what needs no model.

namespace {

using namespace vigil;

int recognise() {
  pipeline::FakeDetectors detectors;
  detectors.find = [](const media::Frame& frame, const vision::DetectOptions&) {
    vision::Detections out;
    out.found = {{{0, 0, static_cast<float>(frame.width), static_cast<float>(frame.height)}, 2, 0.9F, std::nullopt}};
    return out;
  };
  auto open = [](const pipeline::RecognitionWanted& wanted, const pipeline::RecogniserPlaces& places) {
    auto out = std::make_shared<pipeline::RecognitionTools>();
    out->colours = wanted.attributes;
    if (!wanted.plates) return out;
    if (places.contains("hang")) {
      out->plate_finder = std::make_unique<analyser::EndlessFinder>();
    } else if (auto finder = vision::make_classic_plate_finder(); finder) {
      out->plate_finder = std::move(*finder);
    } else {
      out->missing.plates = finder.error().message;
    }
    if (auto reader = vision::make_tesseract_reader(); reader) out->plate_reader = std::move(*reader);
    return out;
  };
  return analyser::run_child({media::make_decoder, detectors, system_clock(), open});
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::string(arguments[1]) == "recognise") return recognise();
  if (count == 2 && std::string(arguments[1]) == "analyse") {
    analyser::FaultyDecoders decoders;
    pipeline::FakeDetectors detectors;
    detectors.find = [](const media::Frame&, const vision::DetectOptions&) {
      vision::Detections out;
      out.found = {{{10, 5, 20, 25}, 0, 0.9F, std::nullopt}};
      return out;
    };
    return analyser::run_child({decoders.factory(), detectors, system_clock(), nullptr, analyser::FaultyOpus::make});
  }
  if (count == 3 && std::string(arguments[1]) == "probe") return analyser::run_probe(arguments[2]);
  testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}
