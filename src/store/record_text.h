#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/records.h"

// How the composed members of records are written as one text (JSON) or, for vectors of numbers, bytes. Reading answers
// false for anything that was not written so; memory is bounded by the text's size.

namespace vigil::store {

std::string written(const std::map<std::string, std::uint64_t>& counts);
std::string written(const std::vector<model::Point>& path);
std::string written(const std::vector<model::Attribute>& attributes);
std::string written(const model::Mask& mask);
std::string written(const std::vector<float>& values);  // 32-bit floats, little endian

bool read(std::string_view text, std::map<std::string, std::uint64_t>& counts);
bool read(std::string_view text, std::vector<model::Point>& path);
bool read(std::string_view text, std::vector<model::Attribute>& attributes);
bool read(std::string_view text, model::Mask& mask);
bool read(std::string_view bytes, std::vector<float>& values);

}  // namespace vigil::store
