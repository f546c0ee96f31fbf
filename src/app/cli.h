#pragma once

namespace vigil::app {

// The whole program; returns its exit status (exit_code.h).
int run(int argc, char** argv);

}  // namespace vigil::app
