#pragma once

namespace vigil::api {

// docs/ref/openapi.yaml as it was when this program was built.
extern const char* const kOpenApiText;

}  // namespace vigil::api
