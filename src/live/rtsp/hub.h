#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <set>

#include "live/rtsp/feed.h"

namespace vigil::live::rtsp {

// Somebody to whom a feed's units go.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void feed_changed() = 0;
  virtual void feed_ended() = 0;
};

// A feed and its listeners. On the loop's thread, but for the wake-up by the stream's writer.
class Watched : public std::enable_shared_from_this<Watched> {
 public:
  Watched(boost::asio::io_context& loop, std::shared_ptr<stream::Stream> stream, std::shared_ptr<const void> hold);

  Feed& feed() { return feed_; }
  void join(Listener& listener);
  // Lets go of the stream with the last one.
  void leave(Listener& listener);
  bool is_over() const { return over_; }

 private:
  void changed();

  boost::asio::io_context& loop_;
  Feed feed_;
  std::set<Listener*> listeners_;
  std::atomic<bool> woken_{false};
  int watch_ = 0;
  bool over_ = false;
};

// The feeds of all streams that somebody plays.
class Hub {
 public:
  explicit Hub(boost::asio::io_context& loop) : loop_(loop) {}
  std::shared_ptr<Watched> get(const std::shared_ptr<stream::Stream>& stream, std::shared_ptr<const void> hold);
  int streams() const;

 private:
  boost::asio::io_context& loop_;
  std::map<const stream::Stream*, std::weak_ptr<Watched>> watched_;
};

}  // namespace vigil::live::rtsp
