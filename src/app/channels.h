#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

// vigil channels: what the cameras of a file see, without a server. A line a camera on standard error now and then, a
// summary as JSON on standard output at the end.

namespace vigil::app {

struct ChannelsOptions {
  std::string config;  // camera file; "-": standard input
  std::string model;   // for cameras that name none
  std::string device = "cpu";
  std::string data_dir;  // where models are; empty: as the server would choose
  std::string save_json;
  double seconds = 0;  // 0: until all files are over, or until interrupted
  bool quiet = false;
};

int channels(const ChannelsOptions& options);

// The subcommand; its callback sets `act`.
void add_channels(CLI::App& app, ChannelsOptions& options, std::function<int()>& act);

}  // namespace vigil::app
