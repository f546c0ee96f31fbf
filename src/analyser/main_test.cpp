#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "analyser/child.h"
#include "analyser/faulty_decoder_fake.h"
#include "pipeline/detector_fake.h"

// The tests' program is its own child: `analyser_test analyse` opens pictures with decoders that do what the packets
// tell them, crashing among it.

int main(int count, char** arguments) {
  using namespace vigil;
  if (count == 2 && std::string(arguments[1]) == "analyse") {
    analyser::FaultyDecoders decoders;
    pipeline::FakeDetectors detectors;
    detectors.find = [](const media::Frame&, const vision::DetectOptions&) {
      vision::Detections out;
      out.found = {{{10, 5, 20, 25}, 0, 0.9F, std::nullopt}};
      return out;
    };
    return analyser::run_child({decoders.factory(), detectors, system_clock()});
  }
  if (count == 3 && std::string(arguments[1]) == "probe") return analyser::run_probe(arguments[2]);
  testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}
