#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "analyser/messages.h"

// Both directions of what server and analyser child say to each other: the first byte chooses the message.

namespace {

using namespace vigil::analyser;

// What was read and written again must read again.
template <typename Read, typename Write>
void round(View bytes, Read read, Write write) {
  const auto body = read(bytes);
  if (body.ok() && !read(write(*body)).ok()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const View body(data + 1, size - 1);
  const auto plain = [](const auto& value) { return write(value); };
  switch (data[0] % 17) {
    case 0: {
      HeaderBytes header{};
      std::memcpy(header.data(), body.data(), std::min(body.size(), header.size()));
      static_cast<void>(decode_header(header, kMaxToChild));
      break;
    }
    case 1:
      round(body, read_welcome, plain);
      break;
    case 2:
      round(body, read_hello, plain);
      break;
    case 3:
      round(body, read_camera, plain);
      break;
    case 4:
      round(body, read_params, plain);
      break;
    case 5:
      static_cast<void>(read_packet_head(body));
      break;
    case 15: {
      const auto rendered = read_rendered(body);
      if (rendered.ok() && rendered->data_at >= body.size()) std::abort();
      break;
    }
    case 16: {
      const auto sounded = read_sounded(body);
      if (sounded.ok() && (sounded->channels > 2 || body.size() <= kSoundedHeadBytes)) std::abort();
      break;
    }
    case 6:
      round(body, read_credit, plain);
      break;
    case 7:
      round(body, read_once, plain);
      break;
    case 8:
      round(body, read_tracks, plain);
      break;
    case 9:
      round(body, read_frame, plain);
      break;
    case 10:
      round(body, read_answer, plain);
      break;
    case 11:
      round(body, read_figures, plain);
      break;
    case 12:
      round(body, read_sequences, write_sequences);
      break;
    case 13:
      round(body, read_notes, write_notes);
      break;
    default:
      round(body, read_observation, plain);
  }
  return 0;
}
