#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace vigil::vision {

// A regular file as a whole. NotFound: there is none. PayloadTooLarge: it has more than `most` bytes. InvalidArgument:
// a folder, a pipe, a device. Unavailable: it cannot be read.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t most);

}  // namespace vigil::vision
