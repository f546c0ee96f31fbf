#include "analyser/child.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <latch>
#include <map>
#include <memory>
#include <utility>

#include "analyser/child_camera.h"
#include "analyser/receiver.h"
#include "analyser/work_page.h"
#include "base/log.h"
#include "base/sync.h"
#include "media/image.h"
#include "sandbox/sandbox.h"

namespace vigil::analyser {
namespace {

using namespace sandbox;

constexpr int kRulesBroken = 3;

media::FramePtr grey_picture(int width, int height) {
  auto pixels = std::make_shared<Bytes>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 128);
  auto frame = std::make_shared<media::Frame>();
  frame->format = media::PixelFormat::Gray;
  frame->width = width;
  frame->height = height;
  frame->planes[0] = {pixels->data(), width, width, height};
  frame->bytes = pixels->size();
  frame->owner = std::move(pixels);
  return frame;
}

// The models that the server named, and no others: there are no files to look for them in.
class LoadedDetectors final : public pipeline::DetectorFactory {
 public:
  explicit LoadedDetectors(pipeline::DetectorFactory& inner) : inner_(inner) {}

  void know(const std::vector<ModelPlace>& models) {
    for (const auto& model : models) places_[model.name] = model;
  }
  bool knows(const std::string& model) const { return places_.contains(model); }
  // It cannot be read any more, once files are out of reach, to find out why it could not be used.
  void give_up(const std::string& model, const std::string& why) { places_[model].problem = why; }
  Result<std::unique_ptr<vision::Detector>> make(const std::string& model) override {
    const auto found = places_.find(model);
    if (found == places_.end()) return make_error(ErrorKind::NotFound, "there is no usable model " + model);
    if (!found->second.problem.empty()) return make_error(ErrorKind::NotFound, found->second.problem);
    return inner_.make(found->second.place);
  }

 private:
  pipeline::DetectorFactory& inner_;
  std::map<std::string, ModelPlace> places_;  // does not change once threads run
};

// Half a second of silence becomes Opus: AAC that is at hand has no bytes of its own, G.711 has.
void sing(const ChildParts& parts) {
  auto opus = parts.make_opus();
  if (!opus) return;
  auto params = std::make_shared<media::CodecParams>();
  params->kind = media::TrackKind::Audio;
  params->codec = media::Codec::Pcma;
  params->sample_rate = 8000;
  params->channels = 1;
  media::Packet packet;
  packet.params = params;
  packet.data = media::SharedBytes(Bytes(4000, 0xd5));
  static_cast<void>((*opus)->take(packet));
}

// What is loaded or set up at first use has to be before the files are out of reach.
void warm_up(const ChildParts& parts, LoadedDetectors& detectors, const std::vector<ModelPlace>& models,
             std::vector<std::string>& problems) {
  std::fputs("\n", stdout);
  std::fflush(stdout);
  const auto picture = grey_picture(320, 240);
  if (const auto jpeg = media::encode_jpeg(*picture, {.max_width = 100}); jpeg) {
    static_cast<void>(media::decode_image(*jpeg));
  }
  for (const auto codec : {media::Codec::H264, media::Codec::H265, media::Codec::Mpeg4, media::Codec::Mjpeg}) {
    media::CodecParams params;
    params.codec = codec;
    static_cast<void>(parts.make_decoder(params, {}));
  }
  sing(parts);
  for (const auto& model : models) {
    auto made = detectors.make(model.name);
    if (made) {
      static_cast<void>((*made)->detect(*picture, {}));
    } else {
      problems.push_back(made.error().message);
      detectors.give_up(model.name, made.error().message);
    }
  }
}

// One set for all cameras: Tesseract alone takes tens of megabytes. Null: nothing is asked for.
pipeline::RecognitionToolsPtr open_recognition(const ChildParts& parts, const Welcome& welcome) {
  if (!welcome.recognition.any() || !parts.open_recognition) return nullptr;
  auto tools = parts.open_recognition(welcome.recognition, welcome.recognisers);
  if (tools) pipeline::warm_up(*tools);
  return tools;
}

// Waits until all threads of the scheduler run: one that is being started makes system calls of its own.
void gather(pipeline::Scheduler& scheduler) {
  const auto all = static_cast<std::size_t>(scheduler.threads());
  std::latch here(static_cast<std::ptrdiff_t>(all));
  std::vector<std::unique_ptr<pipeline::Scheduler::Lane>> lanes;
  for (std::size_t i = 0; i < all; ++i) {
    lanes.push_back(scheduler.open());
    lanes.back()->post({}, [&here] { here.arrive_and_wait(); });
  }
  here.wait();
}

class Child {
 public:
  Child(const ChildParts& parts, WorkPage page) : parts_(parts), detectors_(parts.detectors), page_(std::move(page)) {}

  int run();

 private:
  Result<void> welcome();
  Result<void> handle(Message message);
  Result<void> handle_camera(ChildCamera& camera, Message message);
  void send(Header header, View body, int file);

  const ChildParts& parts_;
  LoadedDetectors detectors_;
  WorkPage page_;
  Receiver receiver_{kSocket, kMaxToChild};
  Mutex sending_;
  std::unique_ptr<pipeline::Scheduler> scheduler_;
  std::unique_ptr<ChildTools> tools_;
  std::map<std::uint32_t, std::unique_ptr<ChildCamera>> cameras_;
};

void Child::send(Header header, View body, int file) {
  MutexLock lock(sending_);
  // Nobody is there to hear more, and nothing of ours outlives us.
  if (!send_whole(kSocket, header, body, file)) ::_exit(0);
}

Result<void> Child::welcome() {
  VIGIL_ASSIGN(const auto message, receiver_.next(true));
  if (message->header.type != Type::Welcome) return make_error(ErrorKind::DataLoss, "no welcome");
  VIGIL_ASSIGN(const auto body, read_welcome(message->body));
  if (body.protocol != kProtocol) return make_error(ErrorKind::DataLoss, "another protocol");
  Hello hello;
  limit_process(body.memory_bytes, hello.sandbox);
  detectors_.know(body.models);
  warm_up(parts_, detectors_, body.models, hello.problems);
  auto recognition = open_recognition(parts_, body);
  if (body.sandbox) close_files(hello.sandbox);
  // After Landlock, which holds for the threads that come, and before seccomp, which forbids new ones.
  scheduler_ = std::make_unique<pipeline::Scheduler>(body.threads);
  gather(*scheduler_);
  if (body.sandbox) close_system_calls(hello.sandbox);
  if (!body.sandbox) hello.sandbox.remark = "switched off";
  tools_ = std::make_unique<ChildTools>(ChildTools{
      *scheduler_, parts_.make_decoder, parts_.make_opus, detectors_, std::move(recognition), scheduler_->open(), page_,
      parts_.clock, [this](Header header, View bytes, int file) { send(header, bytes, file); }});
  send({.type = Type::Hello}, write(hello), -1);
  return {};
}

Result<void> Child::handle(Message message) {
  const auto& header = message.header;
  if (header.type == Type::Ping) {
    send({.type = Type::Pong, .sequence = header.sequence}, {}, -1);
    return {};
  }
  if (header.type == Type::Bye) {
    if (header.camera == 0) ::_exit(0);
    cameras_.erase(header.camera);
    return {};
  }
  const auto found = cameras_.find(header.camera);
  if (header.type == Type::Camera) {
    VIGIL_ASSIGN(const auto body, read_camera(message.body));
    if (found != cameras_.end()) {
      // A process that has another model is on its way: until then all goes on as it is.
      const auto& wanted = body.analysis.analysis;
      if (!wanted.enabled || detectors_.knows(wanted.model)) found->second->configure(body);
    } else {
      cameras_[header.camera] = std::make_unique<ChildCamera>(header.camera, body, *tools_);
    }
    return {};
  }
  if (found == cameras_.end()) return {};  // has just been taken away
  return handle_camera(*found->second, std::move(message));
}

Result<void> Child::handle_camera(ChildCamera& camera, Message message) {
  const auto& header = message.header;
  switch (header.type) {
    case Type::SeedTracks: {
      VIGIL_ASSIGN(auto tracks, read_tracks(message.body));
      camera.seed(std::move(tracks));
      return {};
    }
    case Type::Params: {
      VIGIL_ASSIGN(auto params, read_params(message.body));
      camera.params(header.flags, header.scope, std::move(params));
      return {};
    }
    case Type::Packet:
      return camera.packet(header, std::move(message.body));
    case Type::Discontinuity:
      camera.interrupt((header.flags & flag::kForget) != 0);
      return {};
    case Type::Fetch: {
      VIGIL_ASSIGN(const auto sequences, read_sequences(message.body));
      camera.fetch(header.scope, sequences);
      return {};
    }
    case Type::Once: {
      VIGIL_ASSIGN(const auto once, read_once(message.body));
      camera.once(header.scope, once);
      return {};
    }
    case Type::OnceEnd:
      camera.once_end(header.scope);
      return {};
    case Type::Cancel:
      camera.cancel(header.scope);
      return {};
    default:
      return make_error(ErrorKind::DataLoss, "a message that is not for a child");
  }
}

int Child::run() {
  auto state = welcome();
  while (state.ok()) {
    auto message = receiver_.next(true);
    if (!message) {
      state = std::move(message).error();
    } else if (*message) {
      state = handle(std::move(**message));
    }
  }
  // Threads may be in the middle of something: there is nothing worth waiting for.
  std::fflush(stderr);
  ::_exit(state.error().kind == ErrorKind::DataLoss ? kRulesBroken : 0);
}

}  // namespace

int run_child(const ChildParts& parts) {
  // The server is the only one who wants us.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "vigil-analyse");
  log::configure(log::Level::Error, log::Format::Text);
  ::mallopt(M_ARENA_MAX, 2);
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
  auto page = WorkPage::open(kPage);
  if (!page) return 1;
  return Child(parts, std::move(page).value()).run();
}

int run_probe(const std::string& way) {
  if (is_sanitized()) {
    std::fputs("built with a sanitizer: there is no sandbox to get out of\n", stderr);
    return 1;
  }
  SandboxReport report;
  limit_process(0, report);
  close_files(report);
  pipeline::Scheduler scheduler(1);
  gather(scheduler);
  close_system_calls(report);
  switch (try_to_escape(way)) {
    case Probe::Refused:
      return 0;
    case Probe::Allowed:
      return 1;
    case Probe::Unknown:
      break;
  }
  return 2;
}

}  // namespace vigil::analyser
