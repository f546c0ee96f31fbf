#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "extract/child.h"
#include "pipeline/detector_fake.h"
#include "screening/child.h"

// The tests' program is its own extraction child, and that which looks at videos, whose detector finds the bright bar
// of the tests' video; `crash` dies of every video.

namespace {

int screen() {
  using namespace vigil;
  pipeline::FakeDetectors detectors;
  detectors.find = [](const media::Frame& frame, const vision::DetectOptions&) -> Result<vision::Detections> {
    vision::Detections out;
    const auto& luma = frame.luma();
    for (int x = 0; x < luma.width; ++x) {
      if (luma.data[20 * luma.stride + x] < 200) continue;
      out.found.push_back({{static_cast<float>(x), 10, 16, 30}, 0, 0.9F, std::nullopt});
      break;
    }
    return out;
  };
  return screening::run_child({detectors});
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::string(arguments[1]) == "extract") return vigil::extract::run_child();
  if (count == 2 && std::string(arguments[1]) == "screen") return screen();
  if (count == 2 && std::string(arguments[1]) == "crash") return std::raise(SIGSEGV);
  testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}
