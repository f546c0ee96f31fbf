#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "media/packet.h"

namespace vigil::sim {

// Whoever gets the units of a feed.
class FeedListener {
 public:
  virtual ~FeedListener() = default;
  virtual void on_unit(const media::Packet& packet) = 0;
};

// One track of one camera's stream, live: hands out each unit when it is due, dts and pts since the start of the
// simulator. Runs only while somebody listens. All on the network thread.
class Feed {
 public:
  virtual ~Feed() = default;

  void add(FeedListener& listener);
  void remove(FeedListener& listener);  // also from within on_unit

  // From now on each picture carries the wall time of `clock` at which it goes out (stamp.h).
  void stamp_by(const Clock& clock) { stamps_ = &clock; }

  virtual media::ParamsPtr params() const = 0;  // null: nothing to show yet
  virtual std::optional<Ticks> next_key() = 0;  // nothing where it cannot be told

 protected:
  void publish(const media::Packet& packet);
  virtual void start() = 0;  // the first listener came
  virtual void stop() = 0;   // the last one left

 private:
  std::vector<FeedListener*> listeners_;  // null: removed while publishing
  std::size_t present_ = 0;
  bool publishing_ = false;
  const Clock* stamps_ = nullptr;
  std::uint32_t pictures_ = 0;
};

}  // namespace vigil::sim
