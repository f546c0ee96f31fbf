#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "media/codec.h"
#include "media/encoder.h"
#include "media/packet.h"
#include "media/scaler.h"
#include "sim/content/footage.h"
#include "sim/content/scene.h"
#include "sim/content/timebase.h"

namespace vigil::sim {

struct SceneOptions {
  int pictures = 1;  // different ones
  Size size{1280, 720};
  double fps = 15;
  ReelOptions encoding;  // size is not looked at
};

// Paints and encodes synthetic pictures in real time, those that somebody wants. want() from any thread, the rest on
// one thread at a time.
class LiveScene {
 public:
  // Gets each packet, dts and pts since the start of the simulator, on the thread of run().
  using Deliver = std::function<void(int picture, bool sub, const media::Packet&)>;

  // Encodes a first picture of each, so that params() is known.
  static Result<std::unique_ptr<LiveScene>> make(const SceneOptions& options, const Timebase& time);

  media::ParamsPtr params(int picture, bool sub) const;
  void want(int picture, bool sub, bool wanted);
  void run(std::stop_token stop, const Deliver& deliver);

 private:
  struct Track {
    std::unique_ptr<media::Encoder> encoder;
    std::unique_ptr<media::Scaler> scaler;
    media::ParamsPtr params;
    std::atomic<bool> wanted{false};
    bool running = false;
    Ticks next_key{0};
  };
  struct Picture {
    std::unique_ptr<ScenePainter> painter;
    Track main, sub;
  };

  LiveScene(const SceneOptions& options, const Timebase& time) : options_(options), time_(time) {}
  Result<void> open(Track& track, Size size, int bitrate_kbps, const media::FramePtr& first);
  Result<std::vector<media::Packet>> encode(Track& track, const media::FramePtr& frame);

  const SceneOptions options_;
  const Timebase& time_;
  std::vector<std::unique_ptr<Picture>> pictures_;
};

}  // namespace vigil::sim
