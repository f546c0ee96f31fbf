#pragma once

namespace vigil::app {

// What the exit status of `vigil` means; documented in docs/ref/cli.md.
enum ExitCode : int {
  kOk = 0,
  kFailed = 1,         // it was tried and did not work
  kUsage = 2,          // the command line is wrong
  kConfiguration = 3,  // vigil.yaml, the environment or a camera file is wrong
  kUnreachable = 4,    // the server does not answer, or does not let us in
  kDegraded = 5,       // the server runs, and something is wrong with it
};

}  // namespace vigil::app
