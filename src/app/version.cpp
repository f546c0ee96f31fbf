#include <curl/curl.h>
#include <fmt/format.h>

#include <CLI/Version.hpp>
#include <boost/version.hpp>

#include "app/commands.h"
#include "app/exit_code.h"

namespace vigil::app {

int print_version(bool verbose) {
  fmt::print("vigil {}\n", VIGIL_VERSION);
  if (verbose) {
    fmt::print("compiler {}\n", __VERSION__);
    fmt::print("boost {}.{}.{}, fmt {}, {}\n", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100,
               FMT_VERSION, curl_version());
  }
  return kOk;
}

}  // namespace vigil::app
