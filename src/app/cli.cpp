#include "app/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <memory>
#include <string>

#include "app/channels.h"
#include "app/commands.h"
#include "app/completion.h"
#include "app/eval.h"
#include "app/exit_code.h"
#include "app/frames.h"
#include "app/models.h"
#include "app/process.h"
#include "app/suggest.h"
#include "base/redact.h"

namespace vigil::app {
namespace {

// What the command line asked for; the callbacks of the parser only note it, so that nothing runs while parsing.
struct Request {
  std::function<int()> act;
  Sources sources;
  CheckOptions check;
  ApplyOptions apply;
  ExportOptions export_cameras;
  SimOptions sim;
  EvalOptions eval;
  ModelsOptions models;
  ProcessOptions process;
  FramesOptions frames;
  ChannelsOptions channels;
  bool verbose_version = false;
  std::string probe;
};

void add_settings(CLI::App& command, Request& request) {
  command
      .add_option("--config", request.sources.config_file, "Read this vigil.yaml instead of the user's or the system's")
      ->type_name("FILE");
  for (const auto& option : options()) {
    auto help = std::string(option.help);
    if (!option.default_text.empty()) help += fmt::format(" [{}]", option.default_text);
    auto key = std::string(option.key);
    auto flag = std::string(option.flag);
    if (option.form == Option::Form::Boolean) {
      command.add_flag_function(
          flag,
          [&request, key](std::int64_t count) { request.sources.command_line[key] = count > 0 ? "true" : "false"; },
          help);
    } else {
      command
          .add_option_function<std::string>(
              flag, [&request, key](const std::string& text) { request.sources.command_line[key] = text; }, help)
          ->type_name(value_name(option));
    }
  }
}

void add_remote(CLI::App& command, Remote& remote) {
  command.add_option("--url", remote.url, "Address of the server [$VIGIL_URL, else http://127.0.0.1:8000]")
      ->type_name("URL");
  command.add_option("--api-key-file", remote.api_key_file, "File that holds an API key [the key in $VIGIL_API_KEY]")
      ->type_name("FILE");
}

void add_serve(CLI::App& app, Request& request) {
  auto* command = app.add_subcommand("serve", "Run the server");
  add_settings(*command, request);
  command->footer(
      "Every option can also stand in vigil.yaml and in the environment: docs/ref/configuration.md.\n\nExamples:\n"
      "  vigil serve\n"
      "  vigil serve --data /srv/vigil --listen 0.0.0.0:8000 --redis redis://127.0.0.1\n"
      "  vigil serve --auth none                  everybody on this machine is administrator");
  command->callback([&request] { request.act = [&request] { return serve(request.sources); }; });
}

void add_worker(CLI::App& app, Request& request) {
  auto* command = app.add_subcommand("worker", "Do jobs for a server, on this machine or another");
  add_settings(*command, request);
  command->footer(
      "It needs the server's PostgreSQL database (database.url), the same place for blobs (blob.folder on a shared "
      "disk, or\n"
      "blob.s3_…), and a data folder of its own with the server's vigil.json and secret.key. jobs.workers says how "
      "many it\n"
      "does at once. SIGTERM: it takes no more, gives those at work half a minute, then gives them back.\n\nExamples:\n"
      "  vigil worker --data /srv/worker --jobs-workers 8");
  command->callback([&request] { request.act = [&request] { return work(request.sources); }; });
}

// Hidden: what the server starts for itself.
void add_analyse(CLI::App& app, Request& request) {
  auto* command = app.add_subcommand("analyse", "Open pictures for the server; started by it")->group("");
  command->add_option("--probe", request.probe, "Try to get out of the sandbox this way")->group("");
  command->callback([&request] { request.act = [&request] { return analyse(request.probe); }; });
}

void add_extract(CLI::App& app, Request& request) {
  auto* command = app.add_subcommand("extract", "Open videos for the server; started by it")->group("");
  command->add_option("--probe", request.probe, "Try to get out of the sandbox this way")->group("");
  command->callback([&request] { request.act = [&request] { return extract_child(request.probe); }; });
}

void add_screen(CLI::App& app, Request& request) {
  auto* command = app.add_subcommand("screen", "Look at videos for the server; started by it")->group("");
  command->callback([&request] { request.act = [] { return screen_child(); }; });
}

void add_sim(CLI::App& app, Request& request) {
  auto* command = app.add_subcommand("sim", "Simulate cameras: a video file or a synthetic scene over RTSP");
  auto& sim = request.sim;
  command->add_option("--file", sim.source, "Video file to show, or scene: a synthetic one with a clock [scene]")
      ->type_name("VIDEO|scene");
  command->add_option("--cameras", sim.cameras, "How many: cam1 … camN [4]")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  command->add_option("--listen", sim.listen, "Address and port to serve on [127.0.0.1:8554]")->type_name("ADDR:PORT");
  command->add_option("--fault", sim.fault, "What is wrong with the cameras")->type_name("KIND[=AMOUNT]");
  command->add_option("--fault-camera", sim.fault_camera, "Only with this one [all]")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  command->add_option("--fault-after", sim.fault_after, "From so long after the start on [0]")->type_name("DURATION");
  command->add_option("--fault-for", sim.fault_for, "For so long [for ever]")->type_name("DURATION");
  command->add_option("--user", sim.user, "User name that clients must give")->type_name("NAME");
  command->add_option("--password", sim.password, "Its password")->type_name("TEXT");
  command->add_option("--auth", sim.auth, "Schemes offered [any]")
      ->type_name("any|digest|basic")
      ->check(CLI::IsMember({"any", "digest", "basic"}));
  command->add_option("--codec", sim.codec, "Codec [h264]")
      ->type_name("h264|h265")
      ->check(CLI::IsMember({"h264", "h265"}));
  command->add_option("--width", sim.width, "Width of the pictures [the file's; 1280 for the scene]")
      ->type_name("PIXELS")
      ->check(CLI::Range(16, 8192));
  command->add_option("--height", sim.height, "Height of the pictures [the file's; 720 for the scene]")
      ->type_name("PIXELS")
      ->check(CLI::Range(16, 8192));
  command->add_option("--fps", sim.fps, "Pictures a second of the scene [15]")
      ->type_name("NUMBER")
      ->check(CLI::Range(0.1, 120.0));
  command->add_option("--gop", sim.gop, "Seconds between key frames [1]")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 60.0));
  command->add_option("--bitrate", sim.bitrate, "kbit/s of the main stream [constant quality]")
      ->type_name("KBPS")
      ->check(CLI::Range(1, 200000));
  command->add_flag("--once", sim.once, "Play the file once, from its first picture, whenever somebody comes");
  command->add_flag("--audio", sim.audio, "Add an audio track");
  command->add_flag("--stamp", sim.stamp, "Each picture says in its bytes when it went out, for bench/viewers");
  command->add_flag("--no-tcp", sim.no_tcp, "Refuse RTP over TCP");
  command->add_flag("--no-udp", sim.no_udp, "Refuse RTP over UDP");
  command->footer([] { return simulator_help(); });
  command->callback([&request] { request.act = [&request] { return simulate(request.sim); }; });
}

void add_check(CLI::App& app, Request& request) {
  auto* command =
      app.add_subcommand("check", "Report the state of a running server: cameras, threads, queues, sinks, store, disk");
  add_remote(*command, request.check.remote);
  command->add_flag("--json", request.check.json, "Print the server's answer as JSON");
  command->add_flag("--quiet", request.check.quiet, "Print problems only");
  command->footer(
      "Exit status: 0 all is well, 5 something is wrong, 4 no server answers. Without an API key, a server that asks "
      "for one is\n"
      "only asked whether it is ready.\n\nExamples:\n"
      "  vigil check\n"
      "  VIGIL_API_KEY=… vigil check --url https://vigil.example --json");
  command->callback([&request] { request.act = [&request] { return check(request.check); }; });
}

void add_apply(CLI::App& app, Request& request) {
  auto* command = app.add_subcommand("apply", "Make the server's cameras what a file says");
  auto& apply_options = request.apply;
  command->add_option("-f,--file", apply_options.file, "YAML or JSON file with cameras; - reads standard input")
      ->type_name("FILE")
      ->required();
  add_remote(*command, apply_options.remote);
  command->add_option("--data", apply_options.data_dir, "Write into this data folder; its server must not be running")
      ->type_name("DIR");
  command->add_flag("--dry-run", apply_options.dry_run, "Only say what would be done");
  command->add_flag("--prune", apply_options.prune, "Remove cameras that the file does not name");
  command->add_flag("--update-passwords", apply_options.update_passwords,
                    "Send passwords of cameras that have one already");
  command->footer(
      "What the file does not mention about a camera stays as it is. ${NAME} in a value stands for a variable of the "
      "environment.\n"
      "The camera file of the Live camera plan (server, channels) is understood, too.\n\nExamples:\n"
      "  vigil apply -f cameras.yaml --dry-run\n"
      "  CAM_PASSWORD=… vigil apply -f cameras.yaml --prune");
  command->callback([&request] { request.act = [&request] { return apply(request.apply); }; });
}

void add_export(CLI::App& app, Request& request) {
  auto* command =
      app.add_subcommand("export", "Write the server's cameras as a file for vigil apply; without passwords");
  command->add_option("-o,--output", request.export_cameras.file, "File to write [standard output]")->type_name("FILE");
  add_remote(*command, request.export_cameras.remote);
  command
      ->add_option("--data", request.export_cameras.data_dir,
                   "Read from this data folder; its server must not be running")
      ->type_name("DIR");
  command->footer("Example:\n  vigil export -o cameras.yaml");
  command->callback([&request] { request.act = [&request] { return export_cameras(request.export_cameras); }; });
}

void add_config(CLI::App& app, Request& request) {
  auto* command = app.add_subcommand("config", "Print the settings in force and where each comes from");
  add_settings(*command, request);
  auto page = [&request, command](const char* name, const char* help, ConfigPage which) {
    command->add_subcommand(name, help)->callback([&request, which] {
      request.act = [&request, which] { return print_config(request.sources, which); };
    });
  };
  page("reference", "Print docs/ref/configuration.md", ConfigPage::Reference);
  page("example", "Print a vigil.yaml with all defaults, commented out", ConfigPage::Example);
  command->footer("Secrets are not shown.\n\nExample:\n  vigil config --config /etc/vigil/vigil.yaml");
  command->final_callback([&request] {
    if (!request.act) request.act = [&request] { return print_config(request.sources, ConfigPage::Effective); };
  });
}

void add_version(CLI::App& app, Request& request) {
  auto* command = app.add_subcommand("version", "Print the version");
  command->add_flag("--verbose", request.verbose_version, "With compiler and libraries");
  command->callback([&request] { request.act = [&request] { return print_version(request.verbose_version); }; });
}

void add_completion(CLI::App& app, Request& request) {
  auto* command = app.add_subcommand("completion", "Print a script that teaches a shell to complete vigil's commands");
  for (const char* shell : {"bash", "zsh", "fish"}) {
    command->add_subcommand(shell, fmt::format("For {}", shell))->callback([&app, &request, shell] {
      request.act = [&app, shell] {
        fmt::print("{}", completion_script(describe(app), shell));
        return kOk;
      };
    });
  }
  command->require_subcommand(1);
  command->footer(
      "Examples:\n"
      "  vigil completion bash > ~/.local/share/bash-completion/completions/vigil\n"
      "  vigil completion zsh  > ~/.zfunc/_vigil\n"
      "  vigil completion fish > ~/.config/fish/completions/vigil.fish");
}

// "vigil eval mot": a command with those that it belongs to.
std::string full_name(const CLI::App& command) {
  const auto* parent = command.get_parent();
  return parent == nullptr ? "vigil" : full_name(*parent) + " " + command.get_name();
}

// The innermost command that was named.
const CLI::App* chosen(const CLI::App* app) {
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return app;
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const auto* command = chosen(&app);
  std::string message = redact(error.what());
  auto left = app.remaining(true);
  bool is_unknown_command = command == &app && !left.empty();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr || is_unknown_command) {
    auto word = left.empty() ? std::string() : left.front().substr(0, left.front().find('='));
    std::vector<std::string> known;
    for (const auto* option : command->get_options()) {
      for (const auto& name : option->get_lnames()) known.push_back("--" + name);
    }
    for (const auto* each : command->get_subcommands([](const CLI::App*) { return true; }))
      known.push_back(each->get_name());
    message = fmt::format("there is no {}{}", redact(word), did_you_mean(word, known));
  }
  const auto name = full_name(*command);
  fmt::print(stderr, "{}: {}\nSee {} --help.\n", name, message, name);
  return kUsage;
}

// Passwords in arguments would be seen by everybody in the list of processes.
void hide_credentials(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::string_view text(argv[i]);
    auto start = text.find("://");
    auto sign = text.rfind('@');
    bool is_password = i > 1 && std::string_view(argv[i - 1]) == "--password";
    if (text.substr(0, 11) == "--password=") {
      std::fill(argv[i] + 11, argv[i] + text.size(), '*');
    } else if (is_password) {
      std::fill(argv[i], argv[i] + text.size(), '*');
    } else if (start != std::string_view::npos && sign != std::string_view::npos && sign > start + 3) {
      std::fill(argv[i] + start + 3, argv[i] + sign, '*');
    }
  }
}

void describe_program(CLI::App& app, Request& request) {
  app.name("vigil");
  app.set_help_flag("--help,-h", "Print this help");
  app.set_version_flag("--version", VIGIL_VERSION);
  app.require_subcommand(1);
  app.fallthrough(false);
  app.get_formatter()->column_width(38);
  add_serve(app, request);
  add_worker(app, request);
  add_analyse(app, request);
  add_extract(app, request);
  add_screen(app, request);
  add_sim(app, request);
  add_check(app, request);
  add_apply(app, request);
  add_export(app, request);
  add_process(app, request.process, request.act);
  add_frames(app, request.frames, request.act);
  add_channels(app, request.channels, request.act);
  add_eval(app, request.eval, request.act);
  add_models(app, request.models, request.act);
  add_config(app, request);
  add_version(app, request);
  add_completion(app, request);
  app.footer(
      "Examples:\n"
      "  vigil serve                              the server on http://127.0.0.1:8000\n"
      "  vigil sim                                four simulated cameras on rtsp://127.0.0.1:8554/cam1 … cam4\n"
      "  vigil check                              how a running server is\n\n"
      "Exit status: 0 done, 1 failed, 2 wrong command line, 3 wrong configuration or file, 4 no server, 5 degraded.");
}

}  // namespace

int run(int argc, char** argv) {
  Request request;
  CLI::App app("Vigil watches many cameras at once.");
  describe_program(app, request);
  if (argc < 2) {
    fmt::print(stderr, "{}", app.help());
    return kUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return app.exit(asked_for_help);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  } catch (const std::exception& error) {
    fmt::print(stderr, "vigil: {}\n", redact(error.what()));
    return kUsage;
  }
  hide_credentials(argc, argv);
  request.sources.environment = process_environment();
  return request.act ? request.act() : kUsage;
}

}  // namespace vigil::app
