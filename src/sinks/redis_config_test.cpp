#include "sinks/redis_config.h"

#include <gtest/gtest.h>

namespace vigil::sinks {
namespace {

TEST(RedisUrl, NamesHostPortPasswordAndDatabase) {
  auto config = parse_redis_url("redis://:p%40ss@redis.example:6380/3");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->host, "redis.example");
  EXPECT_EQ(config->port, 6380);
  EXPECT_EQ(config->user, "");
  EXPECT_EQ(config->password.reveal(), "p@ss");
  EXPECT_EQ(config->database, 3);
  EXPECT_EQ(config->target(), "redis://redis.example:6380/3");
}

TEST(RedisUrl, HasUsualDefaults) {
  auto config = parse_redis_url("redis://[::1]");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->port, 6379);
  EXPECT_EQ(config->database, 0);
  EXPECT_TRUE(config->password.empty());
  EXPECT_EQ(config->target(), "redis://[::1]:6379/0");
}

TEST(RedisUrl, TakesAUnixSocketWithPasswordAndDatabase) {
  auto config = parse_redis_url("redis+unix://user:secret@/run/redis/redis.sock?db=2");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->unix_path, "/run/redis/redis.sock");
  EXPECT_EQ(config->user, "user");
  EXPECT_EQ(config->password.reveal(), "secret");
  EXPECT_EQ(config->database, 2);
  EXPECT_EQ(config->target(), "redis+unix:///run/redis/redis.sock");
}

TEST(RedisUrl, RefusesWhatItCannotUseWithoutEchoingThePassword) {
  for (const char* text :
       {"", "redis:", "redis://", "http://host", "rediss://:hunter2@host", "redis://:hunter2@host:99999",
        "redis://:hunter2@host/x", "redis://:hunter2@host/-1", "redis://:hunter2@host:http",
        "redis://:hunter2@host?x=1", "redis+unix://", "redis+unix://host/path", "redis+unix://:hunter2@",
        "redis+unix:///", "redis+unix:///a?x=hunter2", "redis+unix://:%zz@/path", "redis+unix:///a?db=hunter2"}) {
    auto config = parse_redis_url(text);
    ASSERT_FALSE(config.ok()) << text;
    EXPECT_EQ(config.error().kind, ErrorKind::InvalidArgument) << text;
    EXPECT_EQ(config.error().message.find("hunter2"), std::string::npos) << config.error().message;
  }
}

}  // namespace
}  // namespace vigil::sinks
