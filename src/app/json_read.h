#pragma once

#include <string>

#include "base/json.h"

// Members of answers from a server that may be another version: what is missing or of another type reads as empty.

namespace vigil::app {

inline const Json& member(const Json& object, const char* key) {
  static const Json kNothing;
  auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() ? *found : kNothing;
}
inline std::string text(const Json& object, const char* key) {
  const auto& value = member(object, key);
  return value.is_string() ? value.get_ref<const std::string&>() : std::string();
}
inline double number(const Json& object, const char* key) {
  const auto& value = member(object, key);
  return value.is_number() ? value.get<double>() : 0;
}
inline bool flag(const Json& object, const char* key) {
  const auto& value = member(object, key);
  return value.is_boolean() && value.get<bool>();
}

}  // namespace vigil::app
