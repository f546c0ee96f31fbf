#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/camera_file.h"

namespace vigil::app {

// What has to be done to make the server's cameras what a file says.
struct Step {
  enum class Action { Create, Change, Keep, Remove, Leave };
  Action action = Action::Keep;
  std::string id;
  Json body;                           // Create: the camera; Change: a merge patch
  std::vector<std::string> changes;    // Change: "place: \"\" → \"hall\""; never a secret
  std::uint64_t version = 0;           // of the stored camera
  const CameraEntry* entry = nullptr;  // Create and Change; points into the file
};

struct PlanOptions {
  bool prune = false;             // Remove instead of Leave
  bool update_passwords = false;  // of cameras that have one already; else a stored password counts as the right one
};

// `current`: cameras in the API's form. What the file does not mention of a camera stays. Pure.
std::vector<Step> make_plan(const CameraFile& file, const std::vector<Json>& current, const PlanOptions& options);

// "+ cam_1  rtsp://…", "~ cam_2  place: …", "= 3 unchanged": for people, a line per step but one for all kept ones.
std::string describe(const std::vector<Step>& steps);

}  // namespace vigil::app
