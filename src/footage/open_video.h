#pragma once

#include <functional>
#include <string>

#include "blob/store.h"
#include "extract/extractor.h"

namespace vigil::footage {

// An asset's bytes as a file that is open for reading.
using OpenVideo = std::function<Result<extract::Input>(const blob::Key& key)>;

// Out of a blob store that has no files here: what is read of it is fetched, once, into a file without a name in
// `scratch`, which is made. What the storage says in between ends the work: Unavailable, NotFound (it was deleted),
// Unavailable (blob.replaced). `blobs` must outlive what was opened.
OpenVideo fetching_opener(blob::Store& blobs, std::string scratch);

// Whether an error is about where the video lies, and so says nothing of the video.
bool is_of_storage(const Error& error);

}  // namespace vigil::footage
