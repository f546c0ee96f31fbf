#pragma once

namespace vigil::app {

// Whether this process was started with a socket at that descriptor, as the server starts its children.
bool is_socket(int file);

}  // namespace vigil::app
