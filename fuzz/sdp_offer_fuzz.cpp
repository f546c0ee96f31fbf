#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "live/webrtc/negotiation.h"

// Offers from strangers: what can be agreed on can be answered, and the answer is a description itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil;
  using namespace vigil::live::webrtc;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto user = parse_fragment(text);
  VIGIL_ASSERT(!user.ok() || user->password.empty() || !user->ufrag.empty());
  const auto offer = parse_offer(text);
  if (!offer.ok()) return 0;
  media::CodecParams video, sound;
  video.codec = media::Codec::H264;
  video.extradata = {1, 0x4d, 0x40, 31};
  sound.kind = media::TrackKind::Audio;
  sound.codec = media::Codec::Pcmu;
  sound.sample_rate = 8000;
  sound.channels = 1;
  auto agreed = negotiate(*offer, {{0, std::make_shared<const media::CodecParams>(video)},
                                   {1, std::make_shared<const media::CodecParams>(sound)}});
  if (!agreed.ok()) return 0;
  Local local;
  local.ufrag = "vigil";
  local.password = "ourpasswordourpassword";
  local.fingerprint = "sha-256 00:11";
  local.cname = "vigil";
  const auto answer = write_answer(*offer, *agreed, local);
  VIGIL_ASSERT(parse_offer(answer).ok());
  return 0;
}
