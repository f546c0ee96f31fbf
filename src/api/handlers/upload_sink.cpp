#include "api/handlers/upload_sink.h"

#include "api/problem.h"
#include "api/tus.h"

namespace vigil::api {
namespace {

int status_of(const Error& error) {
  const std::string_view code = error.code;
  if (code == "upload.offset" || code == "upload.taken_over") return 409;
  if (code == "upload.locked") return 423;
  if (code == "upload.checksum") return 460;
  if (code == "upload.closed") return 410;
  if (code == "upload.complete") return 403;
  if (code == "upload.length_again" || code == "upload.metadata") return 400;
  return http_status(error.kind);
}

}  // namespace

Response upload_problem(const Error& error) {
  const int status = status_of(error);
  auto response = status >= 500 && status != 507 ? problem(error) : problem(status, error.code, error.message);
  response.headers.set("Tus-Resumable", std::string(tus::kVersion));
  if (status == 423 || status == 503) response.headers.set("Retry-After", "2");
  return response;
}

void Interrupt::arm(std::function<void()> act) {
  bool now = false;
  {
    MutexLock lock(mutex_);
    act_ = act;
    now = fired_;
  }
  if (now) act();
}

void Interrupt::fire() {
  std::function<void()> act;
  {
    MutexLock lock(mutex_);
    fired_ = true;
    act = act_;
  }
  if (act) act();
}

void UploadSink::begin(std::function<void()> interrupt) {
  interrupt_->arm(std::move(interrupt));
}

std::optional<Response> UploadSink::take(std::string_view piece) {
  auto written = writer_->write(piece);
  if (written) return std::nullopt;
  // Lets go of it here, on a thread that may wait for the disk.
  writer_.reset();
  return upload_problem(written.error());
}

Response UploadSink::end(bool complete) {
  auto writer = std::move(writer_);
  if (!complete) {
    writer.reset();
    return problem(400, "http.body", "The body is incomplete; what came is kept: go on where HEAD says.");
  }
  auto finished = writer->finish();
  writer.reset();
  return finished ? answer_(*finished) : upload_problem(finished.error());
}

}  // namespace vigil::api
