#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "media/codec.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
}

// Owners of libav objects and small translations. Private to src/media/ffmpeg.

namespace vigil::media::ffmpeg {

struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FreeCodecContext {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
using AvFrame = std::unique_ptr<AVFrame, FreeFrame>;
using AvPacket = std::unique_ptr<AVPacket, FreePacket>;
using AvCodecContext = std::unique_ptr<AVCodecContext, FreeCodecContext>;

// libav's text for an error number.
std::string error_text(int code);

// A decoder of one thread that knows the stream's parameter sets, to be set up further and then opened.
Result<AvCodecContext> new_decoder(const CodecParams& params);

AVCodecID to_av(Codec codec);
Codec from_av(AVCodecID id);

// Sends libav's messages to our log, redacted, at debug level and at most some a second. Called by everything here that
// opens something; takes effect once in a process.
void route_log();

// The last error that libav logged on this thread since forget_last_error(), redacted: its numbers alone say little.
struct LastError {
  std::string part;  // which part of libav, e.g. "rtsp", "tls"
  std::string text;
};
LastError last_error();
void forget_last_error();

}  // namespace vigil::media::ffmpeg
