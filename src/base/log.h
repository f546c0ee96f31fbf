#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

// Structured logging to standard output, as text or as one JSON object a line.
//   error = somebody must act; warn = degraded; info = life cycle; debug = decisions.
// Every value passes the redactor (base/redact.h) and is escaped: nothing foreign can forge a line.
// Thread-safe. Never call it under a lock.

namespace vigil::log {

enum class Level { Debug, Info, Warn, Error };
enum class Format { Text, Json };

struct Field {
  std::string_view key;
  std::string value;
  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(v) {}
  Field(std::string_view k, const std::string& v) : key(k), value(v) {}
  Field(std::string_view k, bool v) : key(k), value(v ? "true" : "false") {}
  template <typename Number>
  requires std::is_arithmetic_v<Number> Field(std::string_view k, Number v) : key(k), value(number(v)) {}

 private:
  static std::string number(double v);
  static std::string number(float v) { return number(static_cast<double>(v)); }
  template <typename Integer>
  requires std::is_integral_v<Integer>
  static std::string number(Integer v) { return std::to_string(v); }
};

using Fields = std::initializer_list<Field>;

void configure(Level threshold, Format format);

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

// One line as it would be printed (without the end of line); for tests of the escaping.
std::string render(Format format, Level level, std::string_view time, std::string_view message, Fields fields);

}  // namespace vigil::log
