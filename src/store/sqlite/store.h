#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/sync.h"
#include "store/data_dir.h"
#include "store/repositories.h"
#include "store/secret_box.h"
#include "store/sqlite/database.h"

namespace vigil::store::sqlite {

// The two connections: one that writes, one that reads and is never kept waiting by it (write-ahead log). Their locks
// are held over I/O on purpose: they are what makes a connection usable from several threads.
class Database {
 public:
  Database(std::unique_ptr<Connection> writer, std::unique_ptr<Connection> reader)
      : writer_(std::move(writer)), reader_(std::move(reader)) {}

  template <typename Action>
  auto write(Action action) -> decltype(action(std::declval<Connection&>())) {
    MutexLock lock(writer_mutex_);
    auto done = action(*writer_);
    note(done ? nullptr : &done.error());
    return done;
  }
  template <typename Action>
  auto read(Action action) -> decltype(action(std::declval<Connection&>())) {
    MutexLock lock(reader_mutex_);
    auto done = action(*reader_);
    if (!done) note(&done.error());
    return done;
  }
  // Empty while the last write went well.
  std::string trouble() const;

 private:
  void note(const Error* error);

  Mutex writer_mutex_, reader_mutex_;
  std::unique_ptr<Connection> writer_ VIGIL_GUARDED_BY(writer_mutex_);
  std::unique_ptr<Connection> reader_ VIGIL_GUARDED_BY(reader_mutex_);
  mutable Mutex trouble_mutex_;
  std::string trouble_ VIGIL_GUARDED_BY(trouble_mutex_);
};

std::unique_ptr<CameraRepository> make_cameras(Database& database, const SecretBox& box, const Clock& clock);
std::unique_ptr<UserRepository> make_users(Database& database, const Clock& clock);
std::unique_ptr<SessionRepository> make_sessions(Database& database, const Clock& clock);
std::unique_ptr<ApiKeyRepository> make_api_keys(Database& database, const Clock& clock);

}  // namespace vigil::store::sqlite
