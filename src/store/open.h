#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "store/repositories.h"

namespace vigil::store {

struct OpenOptions {
  std::string data_dir;
  bool allow_network_fs = false;  // SQLite's locks are not reliable there: whoever sets it takes the risk
  Secret database_url;            // postgres://…; empty: SQLite in the data directory
  Clock* clock = nullptr;         // for created_at and updated_at; nothing: the system's
};

// Opens the data directory and everything in it; makes it (0700) at the first start:
//   vigil.json    identity {format, instance, created}        vigil.lock   held while the server runs, names its
//   process vigil.db      SQLite database (with -wal and -shm)         secret.key   32 bytes; without it stored
//   credentials are lost
// All files are 0600. Errors say what to do:
//   FailedPrecondition  a foreign directory, a network file system, a directory in use by another server (with its
//   pid),
//                       a database of a newer version, a missing or wrong key while credentials are stored
//   PermissionDenied    no right to read or write      StorageFull  no space      DataLoss  a damaged database or
//   identity file
//   Unavailable         the PostgreSQL server cannot be reached
Result<std::unique_ptr<Store>> open_store(const OpenOptions& options);

// The data directory with its identity, where there is none yet: for whoever puts something into it and does not open
// the store. The server that uses it is not disturbed. Errors: open_store()'s, as far as they concern the folder.
Result<void> prepare_data_dir(const OpenOptions& options);

// "postgres://host:port/database": where a database URL leads, without credentials. InvalidArgument, without echoing
// it, when it is none.
Result<std::string> database_target(const Secret& url);

}  // namespace vigil::store
