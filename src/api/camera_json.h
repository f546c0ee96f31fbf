#pragma once

#include "base/json.h"
#include "base/result.h"
#include "model/camera.h"
#include "model/camera_status.h"

// Cameras and their states as the API shows and takes them. What comes in was validated against the OpenAPI document;
// what makes a camera acceptable besides is model::validate's to say.

namespace vigil::api {

// Passwords never come back.
Json to_json(const model::Camera& camera, const model::CameraStatus& status);
Json to_json(const model::CameraStatus& status);

// A camera out of a CameraCreate; its id may be empty still. InvalidArgument with a pointer.
Result<model::Camera> camera_from(const Json& create);

// A stored camera with a CameraPatch applied. Stored credentials stay only while the host that they are for stays.
Result<model::Camera> patched(const model::Camera& stored, const Json& patch);

// Whether only settings besides the sources differ: such a change is allowed to cameras that the API could not have
// made.
bool same_sources(const model::Camera& a, const model::Camera& b);

// The URL with the credentials of `stored`, if it leads to the same host and has no password or other user itself.
Url with_stored_credentials(Url url, const std::optional<Url>& stored);

}  // namespace vigil::api
