#pragma once

#include "app/camera_file.h"
#include "app/yaml_reader.h"

namespace vigil::app {

// The camera file of the Live camera plan: one recorder ("server") with channels. Each channel becomes an rtsp camera.
// Keys that we do not know are named in the notes; what is missing is an error.
Result<CameraFile> read_live_plan(const YamlReader& reader, const YAML::Node& root, const std::string& name);

}  // namespace vigil::app
