#include "store/repositories.h"

#include <fmt/format.h>

namespace vigil::store {

const char* to_string(UserRole role) {
  return role == UserRole::Administrator ? "administrator" : "viewer";
}

std::optional<UserRole> user_role_from(std::string_view name) {
  if (name == "administrator") return UserRole::Administrator;
  if (name == "viewer") return UserRole::Viewer;
  return std::nullopt;
}

Error settings_changed() {
  return make_error(ErrorKind::Conflict, "somebody else changed this meanwhile; read it again", "settings.version");
}

Error settings_too_large() {
  return make_error(ErrorKind::PayloadTooLarge, "this is more than can be kept; leave something out",
                    "settings.too_large");
}

Error too_many_layouts() {
  return make_error(ErrorKind::ResourceExhausted,
                    fmt::format("{} layouts are the most there can be: delete one first", kMaxLayoutsPerOwner),
                    "layout.limit");
}

}  // namespace vigil::store
