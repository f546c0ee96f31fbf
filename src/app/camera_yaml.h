#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace vigil::app {

// Cameras in the API's form as a file for `vigil apply`: what can be set, without passwords; a comment says where one
// is stored.
std::string to_camera_yaml(const std::vector<Json>& cameras);

}  // namespace vigil::app
