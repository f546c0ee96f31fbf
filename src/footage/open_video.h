#pragma once

#include <functional>
#include <string>

#include "blob/store.h"
#include "extract/extractor.h"

namespace vigil::footage {

// An asset's bytes as a file that is open for reading.
using OpenVideo = std::function<Result<extract::Input>(const blob::Key& key)>;

// Out of a blob store that has no files here: a copy without a name in `scratch`, which is made.
OpenVideo copying_opener(blob::Store& blobs, std::string scratch);

}  // namespace vigil::footage
