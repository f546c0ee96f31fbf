#include "app/check_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "app/json_read.h"

namespace vigil::app {
namespace {

std::string duration(double seconds) {
  auto s = static_cast<long>(seconds);
  if (s >= 86400) return fmt::format("{} d {} h", s / 86400, s / 3600 % 24);
  if (s >= 3600) return fmt::format("{} h {} min", s / 3600, s / 60 % 60);
  if (s >= 60) return fmt::format("{} min {} s", s / 60, s % 60);
  return fmt::format("{} s", s);
}

std::string bytes(double value) {
  std::string_view unit = "B";
  for (const char* next : {"KiB", "MiB", "GiB", "TiB"}) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  bool precise = value < 10 && unit != "B";
  return precise ? fmt::format("{:.1f} {}", value, unit) : fmt::format("{:.0f} {}", value, unit);
}

long count(const Json& object, const char* key) {
  return static_cast<long>(number(object, key));
}

// Control characters in foreign names (cameras, reasons) must not reach the terminal.
std::string clean(std::string value) {
  constexpr std::size_t kLongest = 120;
  for (auto& c : value) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = '?';
  }
  return value.size() > kLongest ? value.substr(0, kLongest) + "…" : value;
}

// Rows of equal cells, columns as wide as they need.
class Table {
 public:
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::string text() const {
    std::vector<std::size_t> widths;
    for (const auto& cells : rows_) {
      widths.resize(std::max(widths.size(), cells.size()));
      for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
    }
    std::string out;
    for (const auto& cells : rows_) {
      std::string line = " ";
      for (std::size_t i = 0; i < cells.size(); ++i)
        line += fmt::format(" {:<{}}", cells[i], i + 1 < cells.size() ? widths[i] : 0);
      out += line + "\n";
    }
    return out;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

std::string cameras(const Json& status) {
  const auto& all = member(status, "cameras");
  auto out = fmt::format("cameras    {} in all: {} connected, {} connecting, {} reconnecting, {} idle, {} disabled\n",
                         count(all, "total"), count(all, "connected"), count(all, "connecting"),
                         count(all, "reconnecting"), count(all, "idle"), count(all, "disabled"));
  Table table;
  for (const auto& each : member(all, "down")) {
    table.row({clean(text(each, "id")), clean(text(each, "reason")), text(each, "since"), clean(text(each, "detail"))});
  }
  return out + table.text();
}

std::string workers(const Json& status) {
  const auto& all = member(status, "workers");
  std::string out = fmt::format("threads    {}\n", all.size());
  Table table;
  for (const auto& each : all) {
    table.row({clean(text(each, "name")), clean(text(each, "state")),
               fmt::format("last sign of life {:.1f} s ago", number(each, "idle_seconds"))});
  }
  return out + table.text();
}

std::string queues(const Json& status) {
  const auto& bus = member(status, "bus");
  std::string out = fmt::format("queues     {} events published\n", count(bus, "published"));
  Table table;
  for (const auto& each : member(bus, "subscribers")) {
    table.row(
        {clean(text(each, "name")), fmt::format("{} of {} waiting", count(each, "waiting"), count(each, "capacity")),
         fmt::format("{} delivered", count(each, "delivered")), fmt::format("{} dropped", count(each, "dropped"))});
  }
  return out + table.text();
}

std::string sinks(const Json& status) {
  const auto& all = member(status, "sinks");
  if (all.empty()) return "sinks      none\n";
  std::string out = "sinks\n";
  Table table;
  for (const auto& each : all) {
    table.row({clean(text(each, "name")), clean(text(each, "state")), clean(text(each, "target")),
               fmt::format("{} published", count(each, "published")), fmt::format("{} waiting", count(each, "waiting")),
               fmt::format("{} dropped", count(each, "dropped")), fmt::format("{} refused", count(each, "refused")),
               fmt::format("{} reconnects", count(each, "reconnects")), clean(text(each, "last_error"))});
  }
  return out + table.text();
}

}  // namespace

std::string check_report(const Json& status) {
  const auto& store = member(status, "store");
  const auto& process = member(status, "process");
  const auto& http = member(status, "http");
  std::string out = fmt::format("vigil {}  {}, up {}\n", clean(text(status, "version")), clean(text(status, "status")),
                                duration(number(status, "uptime_seconds")));
  out += cameras(status) + workers(status) + queues(status) + sinks(status);
  out += fmt::format("store      {}, {}{}\n", flag(store, "ok") ? "ok" : "BROKEN", bytes(number(store, "bytes")),
                     text(store, "detail").empty() ? "" : ": " + clean(text(store, "detail")));
  const auto& records = member(status, "records");
  out += fmt::format(
      "records    {} written, {} refused, {} lost, {} observations dropped, {} spooled ({} wait), {:.1f} ms a "
      "batch{}\n",
      count(records, "written"), count(records, "refused"), count(records, "lost"),
      count(records, "dropped_observations"), count(records, "spooled"), bytes(number(records, "spool_bytes")),
      number(member(records, "write_ms"), "mean"), flag(records, "away") ? ", THE DATABASE IS AWAY" : "");
  out += fmt::format("disk       {} free\n", bytes(number(store, "free_bytes")));
  out += fmt::format("process    {} memory, {} threads, {} open files, {:.1f} s of processor\n",
                     bytes(number(process, "resident_bytes")), count(process, "threads"), count(process, "open_files"),
                     number(process, "cpu_seconds"));
  out += fmt::format("http       {} requests, {} connections, {} waiting, {} motion JPEG viewers\n",
                     count(http, "requests"), count(http, "connections"), count(http, "waiting"),
                     count(http, "mjpeg_viewers"));
  return out;
}

std::string check_problems(const Json& status) {
  std::string out;
  for (const auto& each : member(status, "reasons")) {
    if (each.is_string()) out += "! " + clean(each.get<std::string>()) + "\n";
  }
  if (out.empty() && text(status, "status") != "ok")
    out = fmt::format("! the server is {}\n", clean(text(status, "status")));
  return out;
}

}  // namespace vigil::app
