#pragma once

namespace vigil::vision {

extern const char* const kCatalogueText;  // catalogue.json

}  // namespace vigil::vision
