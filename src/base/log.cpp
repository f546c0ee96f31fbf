#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/redact.h"

namespace vigil::log {
namespace {

std::atomic<Level> g_threshold{Level::Info};
std::atomic<Format> g_format{Format::Text};

spdlog::logger& sink() {
  static auto logger = [] {
    auto made = std::make_shared<spdlog::logger>("vigil", std::make_shared<spdlog::sinks::stdout_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *logger;
}

const char* name(Level level) {
  switch (level) {
    case Level::Debug:
      return "debug";
    case Level::Info:
      return "info";
    case Level::Warn:
      return "warn";
    case Level::Error:
      return "error";
  }
  return "info";
}

bool is_plain(std::string_view text) {
  for (unsigned char c : text) {
    if (c <= ' ' || c >= 0x7f || c == '"' || c == '=' || c == '\\') return false;
  }
  return !text.empty();
}

// JSON escaping also serves the text format: control characters, quotes and invalid UTF-8 cannot get through,
// and non-ASCII (bidirectional overrides among it) is written as \uXXXX.
std::string escaped(std::string_view text) {
  return nlohmann::json(std::string(text)).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

void write(Level level, std::string_view message, Fields fields) {
  if (level < g_threshold.load(std::memory_order_relaxed)) return;
  auto line =
      render(g_format.load(std::memory_order_relaxed), level, to_rfc3339(system_clock().wall()), message, fields);
  sink().info(line);
}

}  // namespace

std::string Field::number(double v) {
  return fmt::format("{:.6g}", v);
}

void configure(Level threshold, Format format) {
  g_threshold = threshold;
  g_format = format;
}

std::string render(Format format, Level level, std::string_view time, std::string_view message, Fields fields) {
  constexpr std::size_t kMaxValue = 4096, kMaxRead = 64 << 10;
  std::string out;
  // First taken out, then cut: a cut through a URL would hide what tells its password.
  auto clean = [](std::string_view text) { return redact(text.substr(0, kMaxRead)).substr(0, kMaxValue); };
  auto value_of = [&](const Field& field) { return names_secret(field.key) ? "***" : clean(field.value); };
  if (format == Format::Json) {
    out = fmt::format(R"({{"time":"{}","level":"{}","message":{})", time, name(level), escaped(clean(message)));
    for (const auto& field : fields) out += fmt::format(",{}:{}", escaped(field.key), escaped(value_of(field)));
    return out + "}";
  }
  auto text = escaped(clean(message));
  out = fmt::format("{} {:<5} {}", time, name(level), std::string_view(text).substr(1, text.size() - 2));
  for (const auto& field : fields) {
    auto value = value_of(field);
    out += fmt::format(" {}={}", field.key, is_plain(value) ? value : escaped(value));
  }
  return out;
}

void debug(std::string_view message, Fields fields) {
  write(Level::Debug, message, fields);
}
void info(std::string_view message, Fields fields) {
  write(Level::Info, message, fields);
}
void warn(std::string_view message, Fields fields) {
  write(Level::Warn, message, fields);
}
void error(std::string_view message, Fields fields) {
  write(Level::Error, message, fields);
}

}  // namespace vigil::log
