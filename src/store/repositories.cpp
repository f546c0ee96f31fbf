#include "store/repositories.h"

namespace vigil::store {

const char* to_string(UserRole role) {
  return role == UserRole::Administrator ? "administrator" : "viewer";
}

std::optional<UserRole> user_role_from(std::string_view name) {
  if (name == "administrator") return UserRole::Administrator;
  if (name == "viewer") return UserRole::Viewer;
  return std::nullopt;
}

}  // namespace vigil::store
