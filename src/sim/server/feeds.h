#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "sim/content/reel.h"
#include "sim/content/timebase.h"
#include "sim/server/feed.h"

// The kinds of feeds there are.

namespace vigil::sim {

// A reel, played for ever.
class LoopFeed final : public Feed {
 public:
  LoopFeed(boost::asio::io_context& io, const Timebase& time, std::shared_ptr<const Reel> reel, Ticks begins,
           double share);

  media::ParamsPtr params() const override { return reel_->params(); }
  std::optional<Ticks> next_key() override;

 private:
  void start() override;
  void stop() override;
  void wait();
  void on_time();

  const Timebase& time_;
  std::shared_ptr<const Reel> reel_;
  LoopCursor cursor_;
  boost::asio::steady_timer timer_;
  bool running_ = false;
};

// A reel, played from its first picture to its last when somebody comes; whoever comes later joins in. When the last
// one has left, the next one begins anew.
class OnceFeed final : public Feed {
 public:
  OnceFeed(boost::asio::io_context& io, const Timebase& time, std::shared_ptr<const Reel> reel)
      : time_(time), reel_(std::move(reel)), timer_(io) {}

  media::ParamsPtr params() const override { return reel_->params(); }
  std::optional<Ticks> next_key() override { return std::nullopt; }

 private:
  void start() override;
  void stop() override;
  void wait();
  void on_time();

  const Timebase& time_;
  std::shared_ptr<const Reel> reel_;
  boost::asio::steady_timer timer_;
  bool running_ = false;
  Ticks began_{0};
  std::size_t gop_ = 0, unit_ = 0;  // that comes next
};

// Pictures that somebody makes just now.
class LiveFeed final : public Feed {
 public:
  // `wanted` is told whether anybody listens; it must return at once.
  LiveFeed(media::ParamsPtr params, std::function<void(bool)> wanted)
      : params_(std::move(params)), wanted_(std::move(wanted)) {}

  void deliver(const media::Packet& packet) { publish(packet); }

  media::ParamsPtr params() const override { return params_; }
  std::optional<Ticks> next_key() override { return std::nullopt; }

 private:
  void start() override { wanted_(true); }
  void stop() override { wanted_(false); }

  media::ParamsPtr params_;
  std::function<void(bool)> wanted_;
};

// A short beep each second, G.711 µ-law, 20 ms a packet.
class ToneFeed final : public Feed {
 public:
  ToneFeed(boost::asio::io_context& io, const Timebase& time);

  media::ParamsPtr params() const override { return params_; }
  std::optional<Ticks> next_key() override { return next_; }

 private:
  void start() override;
  void stop() override;
  void wait();
  void on_time();

  const Timebase& time_;
  media::ParamsPtr params_;
  std::vector<media::SharedBytes> second_;  // 50 packets
  boost::asio::steady_timer timer_;
  Ticks next_{0};
  bool running_ = false;
};

}  // namespace vigil::sim
