#include "sim/fault_board.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace vigil::sim {
namespace {

constexpr std::string_view kUsage = "commands: fault camN|all KIND[=AMOUNT], clear camN|all, status";

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (words.size() < 5) {
    auto begin = line.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) break;
    auto end = std::min(line.find_first_of(" \t\r\n", begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    line.remove_prefix(end);
  }
  return words;
}

}  // namespace

FaultBoard::FaultBoard(int cameras, FaultPlan plan)
    : plan_(plan), ordered_(static_cast<std::size_t>(std::max(cameras, 0))) {}

Fault FaultBoard::at(int camera, Nanos elapsed) const {
  if (camera < 1 || camera > static_cast<int>(ordered_.size())) return {};
  if (const auto& ordered = ordered_[static_cast<std::size_t>(camera - 1)]) return *ordered;
  if (plan_.camera != 0 && plan_.camera != camera) return {};
  if (elapsed < plan_.after) return {};
  if (plan_.lasting > Nanos(0) && elapsed >= plan_.after + plan_.lasting) return {};
  return plan_.fault;
}

bool FaultBoard::all_refuse(Nanos elapsed) const {
  for (int camera = 1; camera <= static_cast<int>(ordered_.size()); ++camera) {
    if (at(camera, elapsed).kind != FaultKind::Refuse) return false;
  }
  return !ordered_.empty();
}

std::optional<Nanos> FaultBoard::next_change(Nanos elapsed) const {
  if (plan_.fault.kind == FaultKind::None) return std::nullopt;
  if (elapsed < plan_.after) return plan_.after;
  if (plan_.lasting > Nanos(0) && elapsed < plan_.after + plan_.lasting) return plan_.after + plan_.lasting;
  return std::nullopt;
}

Result<std::vector<int>> FaultBoard::cameras_named(std::string_view name) const {
  std::vector<int> cameras;
  const int count = static_cast<int>(ordered_.size());
  if (name == "all") {
    for (int camera = 1; camera <= count; ++camera) cameras.push_back(camera);
    return cameras;
  }
  int number = 0;
  auto digits = name.substr(0, 3) == "cam" ? name.substr(3) : std::string_view();
  auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (status != std::errc() || end != digits.data() + digits.size() || number < 1 || number > count) {
    return make_error(ErrorKind::NotFound, fmt::format("no such camera; there are cam1 to cam{}, and all", count),
                      "sim.command");
  }
  cameras.push_back(number);
  return cameras;
}

Result<std::string> FaultBoard::command(std::string_view line, Nanos elapsed) {
  auto words = words_of(line);
  if (words.size() == 1 && words[0] == "status") {
    std::string text;
    for (int camera = 1; camera <= static_cast<int>(ordered_.size()); ++camera) {
      text += fmt::format("{}cam{} {}", camera > 1 ? ", " : "", camera, to_text(at(camera, elapsed)));
    }
    return text;
  }
  const bool fault = words.size() == 3 && words[0] == "fault";
  const bool clear = words.size() == 2 && words[0] == "clear";
  if (!fault && !clear) return make_error(ErrorKind::InvalidArgument, std::string(kUsage), "sim.command");
  Fault wanted;
  if (fault) {
    VIGIL_ASSIGN(wanted, parse_fault(words[2]));
  }
  VIGIL_ASSIGN(auto cameras, cameras_named(words[1]));
  for (int camera : cameras) ordered_[static_cast<std::size_t>(camera - 1)] = wanted;
  return fmt::format("{}: {}", words[1], to_text(wanted));
}

}  // namespace vigil::sim
