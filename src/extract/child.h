#pragma once

#include <string>

namespace vigil::extract {

// File descriptors that a child is given.
constexpr int kSocket = 3;
constexpr int kInput = 4;  // the video, open for reading

// The program of an extraction child: closes its sandbox, takes out of the video what the task says, hands it over.
// Returns the exit status.
int run_child();

// Closes the sandbox around this process and tries to get out: 0 when that was refused (or the kernel ended us), 1 when
// not, 2 for an unknown way.
int run_probe(const std::string& way);

}  // namespace vigil::extract
