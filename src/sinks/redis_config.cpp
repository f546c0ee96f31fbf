#include "sinks/redis_config.h"

#include <fmt/format.h>

#include <charconv>

#include "base/url.h"

namespace vigil::sinks {
namespace {

constexpr std::string_view kUnixScheme = "redis+unix://";
constexpr std::string_view kForms = "redis://[:password@]host[:port][/database] or redis+unix:///path/to/socket";

Error bad(std::string why) {
  return make_error(ErrorKind::InvalidArgument, std::move(why), "redis.url");
}

Result<int> parse_database(std::string_view text) {
  int number = 0;
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc() || end != text.data() + text.size() || number < 0 || number > 65535) {
    return bad("the Redis database must be a number, such as /0");
  }
  return number;
}

Result<RedisConfig> parse_unix(std::string_view rest) {
  RedisConfig config;
  auto slash = rest.find('/');
  if (slash == std::string_view::npos)
    return bad("the path of the Redis socket must be absolute: redis+unix:///path/to/socket");
  auto authority = rest.substr(0, slash);
  if (!authority.empty()) {
    if (authority.back() != '@') return bad("redis+unix:// takes no host, only [:password@] and an absolute path");
    authority.remove_suffix(1);
    auto colon = authority.find(':');
    auto user = percent_decode(authority.substr(0, colon));
    auto password = percent_decode(colon == std::string_view::npos ? "" : authority.substr(colon + 1));
    if (!user || !password) return bad("the user name or password has a broken percent escape");
    config.user = *user;
    config.password = Secret(*password);
  }
  auto path = rest.substr(slash);
  auto question = path.find('?');
  if (question != std::string_view::npos) {
    auto query = path.substr(question + 1);
    if (query.substr(0, 3) != "db=") return bad("the only parameter of a redis+unix:// address is ?db=NUMBER");
    VIGIL_ASSIGN(config.database, parse_database(query.substr(3)));
    path = path.substr(0, question);
  }
  auto decoded = percent_decode(path);
  constexpr std::size_t kLongest = 107;  // sockaddr_un
  if (!decoded || decoded->size() < 2 || decoded->size() > kLongest) {
    return bad(fmt::format("the path of the Redis socket must have 2 to {} characters", kLongest));
  }
  config.unix_path = *decoded;
  return config;
}

}  // namespace

std::string RedisConfig::target() const {
  if (!unix_path.empty()) return fmt::format("{}{}", kUnixScheme, unix_path);
  return fmt::format("redis://{}:{}/{}", host.find(':') == std::string::npos ? host : "[" + host + "]", port, database);
}

Result<RedisConfig> parse_redis_url(std::string_view text) {
  if (text.substr(0, kUnixScheme.size()) == kUnixScheme) return parse_unix(text.substr(kUnixScheme.size()));
  auto parsed = parse_url(text);
  if (!parsed) return bad(fmt::format("{}; expected {}", parsed.error().message, kForms));
  const Url& url = *parsed;
  if (url.scheme == "rediss")
    return bad("Redis over TLS (rediss://) is not supported; use a TLS tunnel or a UNIX socket");
  if (url.scheme != "redis") return bad(fmt::format("expected {}", kForms));
  if (!url.query.empty()) return bad("a redis:// address takes no parameters");
  RedisConfig config;
  config.host = url.host;
  config.user = url.user;
  config.password = url.password;
  if (!url.port.empty()) {
    auto port = url.port_number();
    if (!port) return bad("the Redis port must be a number");
    config.port = *port;
  }
  if (url.path.size() > 1) {
    VIGIL_ASSIGN(config.database, parse_database(std::string_view(url.path).substr(1)));
  }
  return config;
}

}  // namespace vigil::sinks
