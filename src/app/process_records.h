#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "bus/bus.h"
#include "media/frame.h"
#include "model/observation.h"
#include "records/writer.h"
#include "store/repositories.h"

namespace vigil::app {

// Writes what is seen in a file into a database, as a camera's: runs, tracks, pictures. Nothing is dropped, since a
// file can wait.
class ProcessRecords {
 public:
  // `database`: a data folder whose server is not running, or postgres://…; then `scratch` holds what has to be kept
  // on disk meanwhile, pictures among it.
  static Result<std::unique_ptr<ProcessRecords>> open(const std::string& database, const std::string& scratch);

  void add(const media::FramePtr& frame, const model::Observation& seen);
  Result<void> finish();  // everything is written; Unavailable when the database did not take it

 private:
  ProcessRecords() = default;
  std::unique_ptr<store::Store> store_;
  bus::Observations observations_;
  media::FramePtr frame_;  // the newest
  std::unique_ptr<records::Writer> writer_;
};

}  // namespace vigil::app
