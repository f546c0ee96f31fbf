#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/configuration.h"

// One function per subcommand. Each prints for people and returns the exit status of the program (exit_code.h).

namespace vigil::app {

// How to reach a running server.
struct Remote {
  std::string url;           // empty: VIGIL_URL, else http://127.0.0.1:8000
  std::string api_key_file;  // empty: VIGIL_API_KEY, else none
};

int serve(const Sources& sources);
int work(const Sources& sources);  // only jobs: on other machines, or beside the server

// The program of an analyser child (src/analyser); `probe`: tries to get out of its sandbox that way. Not for people.
int analyse(const std::string& probe);

// The program of an extraction child (src/extract); likewise.
int extract_child(const std::string& probe);

// The program of a screening child (src/screening); likewise.
int screen_child();

enum class ConfigPage { Effective, Reference, Example };
int print_config(const Sources& sources, ConfigPage page);

struct CheckOptions {
  Remote remote;
  bool json = false;
  bool quiet = false;  // nothing but problems
};
int check(const CheckOptions& options);

struct ApplyOptions {
  std::string file;  // "-": standard input
  Remote remote;
  std::string data_dir;  // not empty: straight into the data folder of a server that is not running
  bool dry_run = false;
  bool prune = false;
  bool update_passwords = false;
};
int apply(const ApplyOptions& options);

struct ExportOptions {
  std::string file;  // empty or "-": standard output
  Remote remote;
  std::string data_dir;
};
int export_cameras(const ExportOptions& options);

struct SimOptions {
  std::string source = "scene";
  int cameras = 4;
  std::string listen = "127.0.0.1:8554";
  std::string fault;     // "silence", "udp-loss=5"
  int fault_camera = 0;  // 0: all
  std::string fault_after, fault_for;
  std::string user, password;
  std::string auth = "any", codec = "h264";
  int width = 0, height = 0;
  double fps = 0, gop = 1;
  int bitrate = 0;
  bool once = false, audio = false, stamp = false, no_tcp = false, no_udp = false;
};
int simulate(const SimOptions& options);
std::string simulator_help();  // the faults and commands there are

int print_version(bool verbose);

}  // namespace vigil::app
