#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sinks/host_lookup.h"
#include "sinks/redis_config.h"

struct redisContext;

namespace vigil::sinks {

// What Redis answers, but for a refusal that concerns its state.
struct RedisReply {
  std::string text;
  std::int64_t number = 0;
  std::vector<RedisReply> items;
  std::string refusal;  // not empty: the command was refused
};

// One connection to Redis, signed in. The only place that sees hiredis. Used by one thread; `abort` makes every call
// return soon, with an error, and may be requested from any thread. After an error the connection is thrown away.
class RedisConnection {
 public:
  static Result<std::unique_ptr<RedisConnection>> open(const RedisConfig& config, HostLookup& lookup,
                                                       std::stop_token abort);
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  // Puts a command into the output buffer; nothing is sent before answer().
  void append_publish(const std::string& channel, const std::string& message);

  void append(const std::vector<std::string_view>& words);

  // The same as answer(), in full; bounded in depth and in the number of its parts.
  Result<RedisReply> reply();

  // What Redis said to the oldest command without an answer. An Error means that Redis cannot serve us now: connection
  // lost, time-out, or an answer such as OOM, LOADING or NOAUTH.
  struct Answer {
    bool accepted = false;
    std::string refusal;  // why not: this command only, the next one may be taken
  };
  Result<Answer> answer();

  Result<void> ping();

 private:
  struct Socket;
  RedisConnection(std::unique_ptr<Socket> socket, redisContext* context);
  Result<void> sign_in(const RedisConfig& config);
  Error failure() const;

  std::unique_ptr<Socket> socket_;
  redisContext* context_;
};

// For every thread that uses a connection: hiredis writes with write(2), so that a lost connection would otherwise kill
// the process.
void ignore_sigpipe_here();

}  // namespace vigil::sinks
