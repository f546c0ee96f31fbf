#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace vigil::app {

// Writes a new file and puts it into the place of the old one, so that a failure leaves the old one whole.
Result<void> write_file(const std::string& path, std::string_view text);

}  // namespace vigil::app
