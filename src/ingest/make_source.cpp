#include "base/assert.h"
#include "ingest/file.h"
#include "ingest/hls.h"
#include "ingest/mjpeg.h"
#include "ingest/native/client.h"
#include "ingest/rtmp.h"
#include "ingest/rtsp.h"
#include "ingest/rtsp_native.h"
#include "ingest/snapshot.h"
#include "ingest/source.h"
#include "ingest/v4l2.h"

namespace vigil::ingest {

std::unique_ptr<Source> make_source(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress) {
  switch (config.type) {
    case model::SourceType::Rtsp:
      if (config.rtsp_engine == model::RtspEngine::Native)
        return std::make_unique<NativeRtspSource>(config, std::move(egress));
      return std::make_unique<RtspSource>(config, std::move(egress));
    case model::SourceType::Rtmp:
      return std::make_unique<RtmpSource>(config, std::move(egress));
    case model::SourceType::Hls:
      return std::make_unique<HlsSource>(config, std::move(egress));
    case model::SourceType::Mjpeg:
      return std::make_unique<MjpegSource>(config, std::move(egress));
    case model::SourceType::Snapshot:
      return std::make_unique<SnapshotSource>(config, std::move(egress));
    case model::SourceType::File:
      return std::make_unique<FileSource>(config);
    case model::SourceType::V4l2:
      return std::make_unique<V4l2Source>(config);
    case model::SourceType::HttpPush:
    case model::SourceType::RtmpPush:
      break;
  }
  VIGIL_ASSERT(false && "its source is a PushSource or a PublishSource");
  return nullptr;
}

bool needs_no_thread(const SourceConfig& config) {
  return config.type == model::SourceType::Rtsp && config.rtsp_engine == model::RtspEngine::Native;
}

std::unique_ptr<LoopSource> make_loop_source(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress,
                                             Loop& loop, Receiver& receiver) {
  VIGIL_ASSERT(needs_no_thread(config));
  return std::make_unique<native::Client>(config, std::move(egress), loop, receiver);
}

}  // namespace vigil::ingest
