#pragma once

#include <cstddef>
#include <vector>

#include "model/observation.h"
#include "sandbox/bytes.h"

namespace vigil::analyser {

// Attributes as part of a message; of more than `most` only the first are written, and reading them spoils the reader.
void put_attributes(sandbox::Writer& out, const std::vector<model::Attribute>& attributes, std::size_t most);
std::vector<model::Attribute> attributes_from(sandbox::Reader& in, std::size_t most);

}  // namespace vigil::analyser
