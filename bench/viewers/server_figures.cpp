#include "server_figures.h"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace vigil::viewers {

std::optional<ServerFigures> figures_of(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  if (!std::getline(file, text)) return std::nullopt;
  // proc(5): the name, in brackets, may hold anything; the fields after it are counted from 3.
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  ServerFigures out;
  std::string field;
  for (int i = 3; fields >> field; ++i) {
    if (i == 14 || i == 15) out.cpu_s += std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
    if (i == 20) out.threads = std::stoi(field);
    if (i == 24) out.resident_mib = std::stod(field) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
  }
  return out;
}

}  // namespace vigil::viewers
