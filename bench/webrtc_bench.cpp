// What a WebRTC viewer costs the server: N viewers of one 2 Mbit/s stream (25 pictures a second, a key frame every two
// seconds), each of them real: ICE, DTLS, SRTP over UDP on loopback. The viewers live in a process of their own, so
// that the figures are the server's: processor share of one core and resident memory, each for one viewer; join time is
// from the offer to the first packet of a picture, by the server.

#include <benchmark/benchmark.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "live/webrtc.h"
#include "live/webrtc/client_fake.h"
#include "media/sample.h"

namespace vigil::live::webrtc {
namespace {

using namespace std::chrono_literals;

constexpr int kFps = 25, kKeyInterval = 50, kSeconds = 6;
constexpr std::size_t kKeyBytes = 60'000, kPictureBytes = 8'900;  // 2 Mbit/s together

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double resident_kib() {
  std::ifstream file("/proc/self/statm");
  double total = 0, resident = 0;
  file >> total >> resident;
  return resident * 4;
}

class Camera {
 public:
  Camera() {
    auto sample = media::sample_packets({.codec = media::Codec::H264, .frames = 1}).value();
    params_ = sample[0].params;
    std::mt19937 random(1);
    for (auto* nal : {&key_, &picture_}) {
      nal->resize(nal == &key_ ? kKeyBytes : kPictureBytes);
      for (auto& byte : *nal) byte = static_cast<std::uint8_t>(random() | 1);
      const auto size = nal->size() - 4;
      for (int i = 0; i < 4; ++i) (*nal)[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(size >> (24 - 8 * i));
      (*nal)[4] = nal == &key_ ? 0x65 : 0x41;
    }
  }
  void publish(stream::Stream& stream) {
    media::Packet packet;
    packet.params = params_;
    packet.key = next_ % kKeyInterval == 0;
    packet.pts = packet.dts = Ticks(90000 / kFps * next_++);
    packet.received = system_clock().wall();
    packet.data = media::SharedBytes(packet.key ? key_ : picture_);
    stream.publish(std::move(packet));
  }

 private:
  media::ParamsPtr params_;
  std::vector<std::uint8_t> key_, picture_;
  std::int64_t next_ = 0;
};

void write_all(int fd, const void* bytes, std::size_t size) {
  const auto* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const auto done = write(fd, at, size);
    if (done <= 0) return;
    at += done;
    size -= static_cast<std::size_t>(done);
  }
}

bool read_all(int fd, void* bytes, std::size_t size) {
  auto* at = static_cast<char*>(bytes);
  while (size > 0) {
    const auto done = read(fd, at, size);
    if (done <= 0) return false;
    at += done;
    size -= static_cast<std::size_t>(done);
  }
  return true;
}

// The other process: takes answers from the pipe, connects, tells how many did, and reads until it is ended. It does
// not decrypt: it shall not be what is measured.
[[noreturn]] void view(std::shared_ptr<const DtlsContext> context, int in, int out, int count) {
  std::vector<std::unique_ptr<ClientFake>> clients;
  const int epoll = epoll_create1(0);
  std::uint32_t connected = 0;
  for (int i = 0; i < count; ++i) {
    std::uint32_t size = 0;
    if (!read_all(in, &size, sizeof(size))) _exit(1);
    std::string answer(size, ' ');
    if (!read_all(in, answer.data(), size)) _exit(1);
    auto& client = clients.emplace_back(std::make_unique<ClientFake>(context));
    if (client->take(answer) && client->open() && client->connect()) ++connected;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = client->fd();
    epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd(), &event);
  }
  write_all(out, &connected, sizeof(connected));
  std::array<epoll_event, 64> events{};
  std::array<char, 65536> bytes{};
  for (;;) {
    const int ready = epoll_wait(epoll, events.data(), 64, -1);
    for (int i = 0; i < ready; ++i) {
      while (recv(events[static_cast<std::size_t>(i)].data.fd, bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) {
      }
    }
  }
}

void viewers(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  const auto context = DtlsContext::make().value();
  int to[2], from[2];
  if (pipe(to) != 0 || pipe(from) != 0) return state.SkipWithError("no pipe");
  const auto child = fork();
  if (child == 0) view(context, to[0], from[1], count);
  Config config;
  config.port = 0;
  config.max_sessions = config.max_sessions_of_user = count + 1;
  Agent agent(config, system_clock());
  if (!agent.start().ok()) return state.SkipWithError("no agent");
  auto stream = std::make_shared<stream::Stream>();
  Camera camera;
  for (int i = 0; i < kKeyInterval; ++i) camera.publish(*stream);
  const auto offer = ClientFake(context).offer();
  const auto before = resident_kib();
  for (int i = 0; i < count; ++i) {
    auto accepted = agent.accept({"cam", "bench", stream, nullptr, offer, {}}, {}).value();
    const auto size = static_cast<std::uint32_t>(accepted.answer.size());
    write_all(to[1], &size, sizeof(size));
    write_all(to[1], accepted.answer.data(), size);
  }
  std::uint32_t connected = 0;
  read_all(from[0], &connected, sizeof(connected));
  std::this_thread::sleep_for(1s);
  for (auto _ : state) {
    const auto cpu = cpu_seconds();
    const auto packets = agent.figures().packets;
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < kSeconds * kFps; ++i) {
      std::this_thread::sleep_until(began + i * 1000ms / kFps);
      camera.publish(*stream);
    }
    std::this_thread::sleep_for(600ms);
    const auto passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const auto figures = agent.figures();
    state.counters["connected"] = connected;
    state.counters["cpu_percent_each"] = 100 * (cpu_seconds() - cpu) / passed / count;
    state.counters["kib_each"] = (resident_kib() - before) / count;
    state.counters["packets_each_s"] = static_cast<double>(figures.packets - packets) / passed / count;
    state.counters["unsent"] = static_cast<double>(figures.unsent);
    state.counters["join_ms_mean"] = 1000 * figures.join_seconds / count;
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  for (int fd : {to[0], to[1], from[0], from[1]}) close(fd);
}

BENCHMARK(viewers)->Arg(1)->Arg(50)->Arg(200)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

}  // namespace
}  // namespace vigil::live::webrtc
