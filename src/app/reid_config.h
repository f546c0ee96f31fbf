#pragma once

#include <string>
#include <vector>

#include "app/options.h"
#include "base/result.h"
#include "vision/gallery.h"

namespace vigil::app {

// "gate yard 5s 2m": two cameras, and the least and the most time that the way between them takes. InvalidArgument says
// which entry is wrong, and why.
Result<std::vector<vision::CameraLink>> parse_links(const std::vector<std::string>& entries);

// What the section `reid` says; its values have been checked one by one.
vision::GalleryConfig gallery_config(const Settings& settings);

// reid.name, else the machine's: 1 to 64 letters, digits, '-' and '_'.
std::string server_name(const Settings& settings);

}  // namespace vigil::app
