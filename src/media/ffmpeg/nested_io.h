#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "media/demuxer.h"
#include "media/ffmpeg/av.h"

namespace vigil::media::ffmpeg {

// Makes an AVIOContext that reads from a ByteReader of the caller, so that libavformat opens nothing by itself.
//   url: as libavformat asks for it; "crypto+URL" with the options "key" and "iv" (hexadecimal) is AES-128-CBC over
//   URL.
// Returns libav's error number; `why` gets the reason in words. Free with close_nested().
using OpenNested = std::function<Result<std::unique_ptr<ByteReader>>(const std::string& url)>;
int open_nested(AVIOContext** out, const std::string& url, AVDictionary* options, const OpenNested& open,
                std::string* why);
void close_nested(AVIOContext* context);

}  // namespace vigil::media::ffmpeg
