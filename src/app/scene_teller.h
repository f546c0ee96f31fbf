#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "app/scene_client.h"
#include "base/clock.h"
#include "base/sync.h"
#include "bus/bus.h"
#include "records/writer.h"

namespace vigil::app {

struct SceneTellerConfig {
  SceneEndpoint endpoint;
  std::string data_dir;                      // pictures are kept below it
  Nanos interval = std::chrono::minutes(1);  // between two descriptions of one camera
  std::size_t queue = 32;                    // cameras that wait for their turn; then the newest are left out
  std::size_t max_jpeg = 1u << 20;           // bytes; a larger picture is not sent
};

struct SceneFigures {
  std::uint64_t asked = 0, told = 0, failed = 0;
  std::uint64_t left_out = 0;  // because too many waited, or there was no picture
};

// Has the scenes of cameras described by an endpoint: whenever a camera's scene was looked at anew, and its last
// description is older than the interval. One request at a time for the whole server; nobody waits for it. What is said
// becomes a scene record with its picture, with the endpoint's model as its model.
class SceneTeller {
 public:
  using Write = std::function<bool(store::RecordBatch batch)>;

  SceneTeller(SceneTellerConfig config, std::unique_ptr<bus::ObservationSubscription> observations,
              records::Writer::Pictures pictures, Write write, Clock& clock);
  ~SceneTeller();  // stops

  void start();  // once
  void stop();   // the request under way is given up

  SceneFigures figures() const VIGIL_EXCLUDES(mutex_);  // thread-safe

 private:
  struct Wanted {
    model::Scene scene;
    std::string camera_id;
    std::uint64_t sequence = 0;
    WallTime captured;
    records::Picture picture;
  };
  void listen(std::stop_token stop);
  void consider(const model::Observation& frame) VIGIL_EXCLUDES(mutex_);
  void ask(std::stop_token stop);
  void tell(Wanted wanted, std::string words) VIGIL_EXCLUDES(mutex_);
  void failed(const Error& error) VIGIL_EXCLUDES(mutex_);

  const SceneTellerConfig config_;
  const std::unique_ptr<bus::ObservationSubscription> observations_;
  const records::Writer::Pictures pictures_;
  const Write write_;
  Clock& clock_;
  SceneClient client_;  // of the asking thread
  SteadyTime complained_;
  bool complained_ever_ = false;

  mutable Mutex mutex_;
  CondVar wanted_;
  std::deque<Wanted> queue_ VIGIL_GUARDED_BY(mutex_);
  std::map<std::string, WallTime> last_ VIGIL_GUARDED_BY(mutex_);
  SceneFigures figures_ VIGIL_GUARDED_BY(mutex_);

  std::jthread asking_, listening_;
};

}  // namespace vigil::app
