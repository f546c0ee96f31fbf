#pragma once

namespace vigil::store::sql {

// Where the databases must be asked differently. All are literals.
struct Dialect {
  const char* lock_row = "";       // at the end of a SELECT: nobody else changes these rows until the end of this
  const char* lock_free_row = "";  // the same, passing over rows that others have locked
  const char* now = nullptr;       // the database's clock in microseconds; nothing: it is on this machine
};

}  // namespace vigil::store::sql
