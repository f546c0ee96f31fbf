#include "clients.h"
#include "live/webrtc/client_fake.h"

namespace vigil::viewers {

using namespace std::chrono_literals;

namespace {

constexpr auto kConsent = 5s;
constexpr int kRoundMs = 200;

}  // namespace

std::string watch_whep(const Viewing& viewing, Meter& meter, std::stop_token stop) {
  live::webrtc::ClientFake client;
  Http http(viewing.address, viewing.headers);
  auto reply = http.ask("POST", viewing.address.path, "application/sdp", client.offer(), stop);
  if (!reply || reply->status != 201) return "offer " + std::to_string(reply ? reply->status : 0);
  if (!client.take(reply->body) || !client.open() || !client.connect()) return "no connection by UDP";
  if (viewing.pace < 0) Brake(viewing.pace, stop).stand();
  auto checked = Clock::now();
  while (!stop.stop_requested() && !client.over()) {
    if (auto packet = client.next(kRoundMs)) meter.whole(packet->payload);
    if (Clock::now() - checked < kConsent) continue;
    client.send_check();
    checked = Clock::now();
  }
  const bool over = client.over();
  if (!over) client.hang_up();
  if (reply->headers.contains("location")) http.ask("DELETE", reply->headers["location"], "", "", {});
  return over ? "ended by the server" : "";
}

}  // namespace vigil::viewers
