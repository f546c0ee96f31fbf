#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace vigil::sinks {

// Where Redis is, and how patient we are with it.
struct RedisConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string unix_path;  // a UNIX socket instead of host and port, when not empty
  std::string user;       // of Redis' access control lists; empty: the default user
  Secret password;        // empty: no AUTH
  int database = 0;

  std::chrono::milliseconds connect_timeout{3000};  // name resolution and connecting, each
  std::chrono::milliseconds io_timeout{5000};       // no answer for so long: the connection is given up
  std::chrono::milliseconds retry_first{500};       // doubled with each failure in a row …
  std::chrono::milliseconds retry_last{10000};      // … up to here; ± 20 %
  std::chrono::milliseconds idle_check{5000};       // PING when there was nothing to send for so long
  std::chrono::milliseconds flush_limit{2000};      // how long stop() may take to send what is queued
  std::size_t batch = 256;                          // commands in flight at once

  bool operator==(const RedisConfig&) const = default;

  // "redis://host:port/db" or "redis+unix:///path?db=0": what may be shown.
  std::string target() const;
};

// redis://[[user]:password@]host[:port][/database] and redis+unix://[[user]:password@]/path[?db=database].
// InvalidArgument says what is wrong and never echoes the text. TLS (rediss://) is refused: put a tunnel in front.
Result<RedisConfig> parse_redis_url(std::string_view text);

}  // namespace vigil::sinks
