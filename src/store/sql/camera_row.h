#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "model/camera.h"

// How a camera lies in the database: everything but the plain columns as JSON, without credentials; and those as one
// text that is encrypted before it is written.

namespace vigil::store::sql {

std::string settings_text(const model::Camera& camera);
Secret credentials_text(const model::Camera& camera);  // empty: no stream has any

// Fill in what the two made. DataLoss when it cannot be read.
Result<void> read_settings(std::string_view text, model::Camera& camera);
Result<void> read_credentials(const Secret& text, model::Camera& camera);

}  // namespace vigil::store::sql
