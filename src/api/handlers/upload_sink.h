#pragma once

#include <functional>
#include <memory>

#include "api/message.h"
#include "base/sync.h"
#include "jobs/uploads.h"

namespace vigil::api {

// What tells the connection to read no more, from before there is one: an upload is opened before its body is read.
class Interrupt {
 public:
  void arm(std::function<void()> act) VIGIL_EXCLUDES(mutex_);
  void fire() VIGIL_EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  std::function<void()> act_ VIGIL_GUARDED_BY(mutex_);
  bool fired_ VIGIL_GUARDED_BY(mutex_) = false;
};

// An upload's answer when something is wrong with it: tus has its own statuses.
Response upload_problem(const Error& error);

// Gives a body to an upload. `answer` makes the good answer.
class UploadSink final : public BodySink {
 public:
  UploadSink(std::unique_ptr<jobs::UploadWriter> writer, std::shared_ptr<Interrupt> interrupt,
             std::function<Response(const jobs::UploadStatus&)> answer)
      : writer_(std::move(writer)), interrupt_(std::move(interrupt)), answer_(std::move(answer)) {}

  void begin(std::function<void()> interrupt) override;
  std::optional<Response> take(std::string_view piece) override;
  Response end(bool complete) override;

 private:
  std::unique_ptr<jobs::UploadWriter> writer_;
  std::shared_ptr<Interrupt> interrupt_;
  std::function<Response(const jobs::UploadStatus&)> answer_;
};

}  // namespace vigil::api
