#include <cstdio>

#include "app/commands.h"
#include "app/detectors.h"
#include "app/exit_code.h"
#include "app/inherited.h"
#include "app/recognisers.h"
#include "extract/child.h"
#include "screening/child.h"

namespace vigil::app {

int screen_child() {
  if (!is_socket(extract::kSocket)) {
    std::fputs("vigil screen: the server starts this by itself, for videos; see vigil process\n", stderr);
    return kUsage;
  }
  // The server says where a model is: the folder of the installed ones is not looked for.
  NamedDetectors detectors({}, "cpu");
  auto recognition = [](const pipeline::RecognitionWanted& wanted, const pipeline::RecogniserPlaces& places) {
    return open_recognition(places, wanted);
  };
  return screening::run_child({detectors, recognition});
}

}  // namespace vigil::app
