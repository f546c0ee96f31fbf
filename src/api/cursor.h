#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "model/camera.h"

// Where the next page of cameras begins: the sort key of the last one seen, with a signature, so that it means the same
// to us and nothing to anybody else. Cameras that come and go in between neither repeat nor hide others.

namespace vigil::api {

struct CameraCursor {
  int number = 0;  // INT_MAX for cameras without one: they come last
  std::string id;
};

CameraCursor cursor_at(const model::Camera& camera);
bool is_after(const model::Camera& camera, const CameraCursor& cursor);

// Any text, sealed the same way.
std::string seal_text(const std::string& payload, std::string_view filter, const Secret& key);
std::optional<std::string> unseal_text(std::string_view text, std::string_view filter, const Secret& key);

// `key`: 32 bytes. `filter`: what the page was filtered by; the cursor is good for the same only.
std::string seal(const CameraCursor& cursor, std::string_view filter, const Secret& key);
std::optional<CameraCursor> unseal(std::string_view text, std::string_view filter, const Secret& key);

}  // namespace vigil::api
