#include "store/job_signal.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>

#include "store/postgres/connection.h"

namespace vigil::store {
namespace {

using Handle = std::unique_ptr<pg_conn, void (*)(pg_conn*)>;
using Answer = std::unique_ptr<pg_result, void (*)(pg_result*)>;

Error gone(const std::string& target) {
  return make_error(ErrorKind::Unavailable, "the connection to " + target + " is gone", "store.away");
}

class Listening final : public JobSignal {
 public:
  Listening(std::string target, Handle handle) : target_(std::move(target)), handle_(std::move(handle)) {}

  Result<bool> wait(Nanos timeout) override {
    if (took()) return true;
    pollfd one{PQsocket(handle_.get()), POLLIN, 0};
    if (one.fd < 0) return gone(target_);
    const auto limit = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
    if (::poll(&one, 1, static_cast<int>(std::clamp<std::int64_t>(limit, 0, 60000))) <= 0) return false;
    if (PQconsumeInput(handle_.get()) == 0) return gone(target_);
    return took();
  }

 private:
  bool took() {
    bool any = false;
    while (auto* news = PQnotifies(handle_.get())) {
      any = true;
      PQfreemem(news);
    }
    return any;
  }
  const std::string target_;
  Handle handle_;
};

}  // namespace

Result<std::unique_ptr<JobSignal>> listen_for_jobs(const Secret& database_url) {
  VIGIL_ASSIGN(auto target, postgres::target_of(database_url));
  // What the URL does not say: who it is, and that a server which is gone is noticed.
  const char* const keys[] = {"dbname",          "fallback_application_name", "connect_timeout",  "keepalives",
                              "keepalives_idle", "keepalives_interval",       "keepalives_count", nullptr};
  const char* const values[] = {database_url.reveal().c_str(), "vigil jobs", "5", "1", "15", "5", "3", nullptr};
  Handle handle(PQconnectdbParams(keys, values, 1), PQfinish);
  if (!handle || PQstatus(handle.get()) != CONNECTION_OK) return gone(target);
  const Answer answer(PQexec(handle.get(), "LISTEN vigil_jobs"), PQclear);
  if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) return gone(target);
  return std::unique_ptr<JobSignal>(std::make_unique<Listening>(std::move(target), std::move(handle)));
}

}  // namespace vigil::store
