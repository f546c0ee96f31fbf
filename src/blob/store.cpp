#include "blob/store.h"

namespace vigil::blob {

Result<void> remove_folder(Store& store, const std::string& folder) {
  while (true) {
    VIGIL_ASSIGN(auto page, store.list(folder, "", kMaxListed));
    for (const auto& one : page) {
      VIGIL_ASSIGN(auto key, Key::parse(one.key));
      VIGIL_TRY(store.remove(key));
    }
    if (page.empty()) return {};
  }
}

}  // namespace vigil::blob
