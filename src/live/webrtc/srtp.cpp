#include "live/webrtc/srtp.h"

#include <srtp2/srtp.h>

#include <string>

namespace vigil::live::webrtc {
namespace {

constexpr unsigned long kWindow = 2048;  // packets; also how old a retransmission may be

bool library_ready() {
  static const bool ready = srtp_init() == srtp_err_status_ok;
  return ready;
}

Result<srtp_t> open_session(SrtpProfile profile, std::vector<std::uint8_t> key, srtp_ssrc_type_t direction) {
  srtp_policy_t policy{};
  const auto known =
      profile == SrtpProfile::AeadAes128Gcm ? srtp_profile_aead_aes_128_gcm : srtp_profile_aes128_cm_sha1_80;
  if (srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, known) != srtp_err_status_ok ||
      srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, known) != srtp_err_status_ok) {
    return make_error(ErrorKind::Unavailable, std::string("this libsrtp has no ") + to_string(profile));
  }
  policy.ssrc.type = direction;
  policy.key = key.data();
  policy.window_size = kWindow;
  policy.allow_repeat_tx = 1;
  srtp_t out = nullptr;
  if (const auto status = srtp_create(&out, &policy); status != srtp_err_status_ok) {
    return make_error(ErrorKind::Internal, "libsrtp refuses the keys: status " + std::to_string(status));
  }
  return out;
}

}  // namespace

struct Srtp::State {
  ~State() {
    if (outbound != nullptr) srtp_dealloc(outbound);
    if (inbound != nullptr) srtp_dealloc(inbound);
  }
  srtp_t outbound = nullptr, inbound = nullptr;
};

Srtp::Srtp(std::unique_ptr<State> state) : state_(std::move(state)) {}
Srtp::~Srtp() = default;

Result<std::unique_ptr<Srtp>> Srtp::make(const SrtpKeys& keys, bool server) {
  if (!library_ready()) return make_error(ErrorKind::Internal, "libsrtp does not start");
  auto state = std::make_unique<State>();
  VIGIL_ASSIGN(state->outbound, open_session(keys.profile, server ? keys.server : keys.client, ssrc_any_outbound));
  VIGIL_ASSIGN(state->inbound, open_session(keys.profile, server ? keys.client : keys.server, ssrc_any_inbound));
  return std::unique_ptr<Srtp>(new Srtp(std::move(state)));
}

std::size_t Srtp::protect(std::span<std::uint8_t> buffer, std::size_t size) {
  if (buffer.size() < size + kTrailer) return 0;
  int length = static_cast<int>(size);
  return srtp_protect(state_->outbound, buffer.data(), &length) == srtp_err_status_ok ? static_cast<std::size_t>(length)
                                                                                      : 0;
}

std::size_t Srtp::protect_rtcp(std::span<std::uint8_t> buffer, std::size_t size) {
  if (buffer.size() < size + kTrailer) return 0;
  int length = static_cast<int>(size);
  return srtp_protect_rtcp(state_->outbound, buffer.data(), &length) == srtp_err_status_ok
             ? static_cast<std::size_t>(length)
             : 0;
}

std::span<std::uint8_t> Srtp::open(std::span<std::uint8_t> packet) {
  int length = static_cast<int>(packet.size());
  if (length < 12 || srtp_unprotect(state_->inbound, packet.data(), &length) != srtp_err_status_ok) return {};
  return packet.first(static_cast<std::size_t>(length));
}

std::span<std::uint8_t> Srtp::open_rtcp(std::span<std::uint8_t> packet) {
  int length = static_cast<int>(packet.size());
  if (length < 8 || srtp_unprotect_rtcp(state_->inbound, packet.data(), &length) != srtp_err_status_ok) return {};
  return packet.first(static_cast<std::size_t>(length));
}

}  // namespace vigil::live::webrtc
