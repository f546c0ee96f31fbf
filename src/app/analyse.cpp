#include <cstdio>

#include "analyser/child.h"
#include "app/commands.h"
#include "app/detectors.h"
#include "app/exit_code.h"
#include "app/inherited.h"
#include "app/recognisers.h"
#include "media/decoder.h"

namespace vigil::app {

int analyse(const std::string& probe) {
  if (!probe.empty()) return analyser::run_probe(probe);
  if (!is_socket(analyser::kSocket)) {
    std::fputs("vigil analyse: the server starts this by itself, for the pictures of its cameras\n", stderr);
    return kUsage;
  }
  // The server says where a model is: the folder of the installed ones is not looked for.
  NamedDetectors detectors({}, "cpu");
  auto recognition = [](const pipeline::RecognitionWanted& wanted, const pipeline::RecogniserPlaces& places) {
    return open_recognition(places, wanted);
  };
  return analyser::run_child({media::make_decoder, detectors, system_clock(), recognition});
}

}  // namespace vigil::app
