#include <algorithm>
#include <array>
#include <utility>

#include "api/handlers/analysis_metrics.h"
#include "api/handlers/context.h"
#include "api/handlers/metric_families.h"
#include "api/handlers/process_metrics.h"
#include "ingest/rtmp_server.h"
#include "jobs/reconciler.h"
#include "jobs/webhooks.h"
#include "live/rtsp_server.h"
#include "live/webrtc.h"
#include "store/jobs.h"

// Figures in Prometheus' text format, made of snapshots when they are asked for. Labels are camera ids, reasons, names
// of queues and sinks, operations and statuses: all bounded by what is configured.

namespace vigil::api {
namespace {

using Families = MetricFamilies;
using Labels = MetricLabels;

double number(std::uint64_t value) {
  return static_cast<double>(value);
}

void add_camera(Families& out, const std::string& id, const model::CameraStatus& status, WallTime now) {
  const Labels camera = {{"camera", id}};
  std::uint64_t frames = 0, bytes = 0, connects = 0, ring = 0;
  std::map<model::FailureReason, std::uint64_t> failures;
  double gop = 0, skew = 0;
  int readers = 0;
  for (const auto& stream : status.streams) {
    frames += stream.frames;
    bytes += stream.bytes;
    connects += stream.connects;
    ring += stream.ring_bytes;
    readers += stream.readers;
    for (const auto& [reason, count] : stream.failures) failures[reason] += count;
    if (gop <= 0) gop = stream.gop_seconds;
    if (skew == 0) skew = stream.clock_skew_s;
  }
  out.gauge("vigil_camera_up", "1 while the camera gives video.", camera,
            status.state == model::CameraState::Connected ? 1 : 0);
  out.gauge("vigil_camera_enabled", "1 unless somebody switched the camera off.", camera,
            status.state == model::CameraState::Disabled ? 0 : 1);
  out.gauge("vigil_camera_frames_per_second", "Frame rate over the last seconds.", camera, status.fps);
  out.counter("vigil_camera_frames_total", "Video frames received.", camera, number(frames));
  out.counter("vigil_camera_bytes_total", "Bytes of media received.", camera, number(bytes));
  out.counter("vigil_camera_connects_total", "Connections that succeeded.", camera, number(connects));
  for (const auto& [reason, count] : failures) {
    out.counter("vigil_camera_reconnects_total",
                "Failed tries and lost connections, after which the camera is tried again.",
                {{"camera", id}, {"reason", model::to_string(reason)}}, number(count));
  }
  if (status.last_frame_at) {
    const std::chrono::duration<double> age = now - *status.last_frame_at;
    out.gauge("vigil_camera_last_frame_age_seconds", "Seconds since the last frame was received.", camera,
              std::max(0.0, age.count()));
  }
  out.gauge("vigil_camera_gop_seconds", "Distance of the last two key frames.", camera, gop);
  out.gauge("vigil_camera_clock_skew_seconds", "Drift of the camera's clock against the server's since it connected.",
            camera, skew);
  out.counter("vigil_camera_decoded_frames_total", "Frames that were decoded.", camera, number(status.decoded_frames));
  out.counter("vigil_camera_decode_errors_total", "Packets that could not be decoded.", camera,
              number(status.decode_errors));
  out.gauge("vigil_camera_packet_ring_bytes", "Memory that the camera's packets hold.", camera, number(ring));
  out.gauge("vigil_camera_frame_ring_bytes", "Memory that the camera's decoded frames hold.", camera,
            number(status.frame_ring_bytes));
  out.gauge("vigil_camera_readers", "Readers of the camera's streams.", camera, readers);
  out.gauge("vigil_camera_motion", "1 while something moves.", camera, status.motion ? 1 : 0);
}

void add_bus(Families& out, const bus::Bus& bus) {
  out.counter("vigil_bus_published_total", "Events published in the process.", {}, number(bus.published()));
  for (const auto& one : bus.figures()) {
    const Labels labels = {{"subscriber", one.name}};
    out.counter("vigil_bus_dropped_total", "Events lost because a subscriber was late.", labels, number(one.dropped));
    out.counter("vigil_bus_delivered_total", "Events taken by a subscriber.", labels, number(one.delivered));
    out.gauge("vigil_bus_waiting", "Events that wait for a subscriber.", labels, number(one.waiting));
  }
}

void add_sink(Families& out, const sinks::Figures& sink) {
  const Labels labels = {{"sink", sink.name}};
  out.gauge("vigil_sink_connected", "1 while the sink is connected.", labels,
            sink.state == sinks::SinkState::Connected ? 1 : 0);
  out.gauge("vigil_sink_waiting", "Events that wait to be sent.", labels, number(sink.waiting));
  out.counter("vigil_sink_published_total", "Events that the other side acknowledged.", labels, number(sink.published));
  out.counter("vigil_sink_dropped_total", "Events that were lost.", labels, number(sink.dropped));
  out.counter("vigil_sink_refused_total", "Events that the other side refused.", labels, number(sink.refused));
  out.counter("vigil_sink_reconnects_total", "Connections made after the first.", labels, number(sink.reconnects));
  out.histogram("vigil_event_latency_seconds", "From an event's time to its acknowledgement by a sink.", labels,
                sinks::Latency::kBounds, sink.latency.counts, sink.latency.sum_seconds);
}

void add_records(Families& out, const records::WriterFigures& records) {
  out.counter("vigil_records_observations_total", "Observations that were folded into records.", {},
              number(records.observations));
  out.counter("vigil_records_dropped_observations_total", "Observations lost because the writer was late.", {},
              number(records.dropped));
  out.counter("vigil_records_written_total", "Records that the database took.", {}, number(records.records));
  out.counter("vigil_records_refused_total", "Records that the database will never take.", {}, number(records.refused));
  out.counter("vigil_records_lost_total", "Records for which the spool had no room, or that were damaged in it.", {},
              number(records.lost));
  out.counter("vigil_records_spooled_total", "Records that were kept in the spool while the database was away.", {},
              number(records.spooled));
  out.counter("vigil_records_pictures_total", "Pictures that were kept.", {}, number(records.pictures));
  out.gauge("vigil_records_spool_bytes", "Bytes that wait in the spool for the database.", {},
            number(records.spooled_bytes));
  out.gauge("vigil_records_database_away", "1 while the database does not take records.", {}, records.away ? 1 : 0);
  out.histogram("vigil_records_write_seconds", "How long the database took for a batch.", {},
                records::WriteTimes::kBounds, records.writes.counts, records.writes.sum_seconds);
}

void add_viewers(Families& out, const Context& context) {
  out.gauge("vigil_http_mjpeg_viewers", "Viewers of motion JPEG.", {}, context.mjpeg_viewers.load());
  out.gauge("vigil_http_observation_viewers", "Readers of observations over WebSockets.", {},
            context.observation_viewers.load());
}

void add_renditions(Families& out, int running) {
  out.gauge("vigil_renditions", "Streams that are encoded here for those who watch them.", {}, running);
}

void add_webrtc(Families& out, const live::webrtc::Agent& agent) {
  const auto figures = agent.figures();
  out.gauge("vigil_webrtc_sessions", "WebRTC sessions, connected or about to be.", {}, figures.sessions);
  out.gauge("vigil_webrtc_connected", "WebRTC sessions that get pictures.", {}, figures.connected);
  out.counter("vigil_webrtc_accepted_total", "Offers answered.", {}, number(figures.accepted));
  out.counter("vigil_webrtc_refused_total", "Offers refused.", {}, number(figures.refused));
  for (const auto& [reason, count] : figures.ended) {
    out.counter("vigil_webrtc_ended_total", "Sessions that ended.", {{"reason", reason}}, number(count));
  }
  out.counter("vigil_webrtc_packets_total", "RTP packets sent, retransmissions too.", {}, number(figures.packets));
  out.counter("vigil_webrtc_bytes_total", "Bytes of RTP sent, retransmissions too.", {}, number(figures.bytes));
  out.counter("vigil_webrtc_nacks_total", "Packets that viewers reported lost.", {}, number(figures.lost_reports));
  out.counter("vigil_webrtc_retransmitted_total", "Packets sent again.", {}, number(figures.retransmitted));
  out.counter("vigil_webrtc_picture_requests_total", "Requests for a key frame.", {}, number(figures.picture_requests));
  out.counter("vigil_webrtc_skipped_pictures_total", "Pictures that late viewers did not get.", {},
              number(figures.skipped_pictures));
  out.counter("vigil_webrtc_unsent_total", "Datagrams that the kernel did not take.", {}, number(figures.unsent));
  out.counter("vigil_webrtc_unknown_total", "Datagrams received that belong to nobody.", {}, number(figures.unknown));
  out.histogram("vigil_webrtc_join_seconds", "From the offer to the first packet of a picture.", {},
                live::webrtc::Figures::kJoinBounds, figures.joins, figures.join_seconds);
}

void add_live(Families& out, const Context& context) {
  for (const auto& one : context.outputs.figures()) {
    const auto labels = [&](const char* name = nullptr, const char* value = nullptr) {
      Labels list = {{"camera", one.camera}, {"stream", one.stream}};
      if (name != nullptr) list.push_back({name, value});
      return list;
    };
    const auto& figures = one.fragments;
    out.gauge("vigil_live_running", "1 while fragments for HLS and MSE are made.", labels(),
              figures.state == live::Fragments::State::Running ? 1 : 0);
    using State = live::Fragments::State;
    for (const auto state : {State::Idle, State::Starting, State::Running, State::Closing}) {
      out.gauge("vigil_live_state", "1 for the state that the output is in.", labels("state", live::to_string(state)),
                figures.state == state ? 1 : 0);
    }
    out.gauge("vigil_live_readers", "Viewers by transport.", labels("transport", "mse"), figures.mse_readers);
    out.gauge("vigil_live_readers", "Viewers by transport.", labels("transport", "hls"), figures.hls_readers);
    out.counter("vigil_live_joins_total", "Viewers that came.", labels(), number(figures.joins));
    out.counter("vigil_live_fragments_total", "Fragments made, once for all viewers.", labels(),
                number(figures.fragments));
    out.counter("vigil_live_bytes_total", "Bytes of fragments made.", labels(), number(figures.bytes));
    out.counter("vigil_live_skipped_pictures_total", "Pictures that late viewers did not get.", labels(),
                number(figures.skipped));
  }
}

void add_rtsp(Families& out, const live::RtspServer& server) {
  const auto figures = server.figures();
  out.gauge("vigil_rtsp_clients", "RTSP connections.", {}, figures.clients);
  out.gauge("vigil_rtsp_playing", "RTSP clients that play.", {}, figures.playing);
  out.gauge("vigil_rtsp_streams", "Streams that are cut into packets for RTSP clients.", {}, figures.streams);
  out.counter("vigil_rtsp_joins_total", "RTSP clients that began to play.", {}, number(figures.joins));
  out.counter("vigil_rtsp_refused_total", "Wrong passwords of RTSP clients.", {}, number(figures.refused));
  out.counter("vigil_rtsp_skipped_units_total", "Pictures and pieces of sound that late RTSP clients did not get.", {},
              number(figures.skipped_units));
  out.counter("vigil_rtsp_bytes_total", "Bytes sent to RTSP clients.", {}, number(figures.sent_bytes));
}

void add_rtmp(Families& out, const ingest::RtmpServer& server) {
  const auto figures = server.figures();
  out.gauge("vigil_rtmp_connections", "RTMP connections.", {}, figures.connections);
  out.gauge("vigil_rtmp_publishing", "Encoders that publish.", {}, figures.publishing);
  out.counter("vigil_rtmp_accepted_total", "Encoders whose stream key was right.", {}, number(figures.accepted));
  out.counter("vigil_rtmp_refused_total", "Encoders that were refused.", {}, number(figures.refused));
  out.counter("vigil_rtmp_broken_total", "Connections ended because of what they sent.", {}, number(figures.broken));
  out.counter("vigil_rtmp_bytes_total", "Bytes received by RTMP.", {}, number(figures.received_bytes));
}

void add_work(Families& out, const Context& context) {
  if (const auto* uploads = context.services.uploads; uploads != nullptr)
    out.counter("vigil_upload_bytes_total", "Bytes taken of uploads.", {}, number(uploads->bytes_received()));
  if (auto figures = context.services.store.jobs().log().figures()) {
    for (const auto& count : figures->counts) {
      out.gauge("vigil_jobs", "Jobs by kind and state.",
                {{"kind", count.kind}, {"state", model::to_string(count.state)}}, number(count.count));
    }
    const std::chrono::duration<double> waits =
        figures->oldest_due ? context.services.clock.wall() - *figures->oldest_due : std::chrono::microseconds(0);
    out.gauge("vigil_jobs_oldest_due_seconds", "Since when the job that waits longest could have begun.", {},
              std::max(0.0, waits.count()));
  }
  if (context.services.workers == nullptr) return;
  add_worker_metrics(out, *context.services.workers);
}

void add_upkeep(Families& out, const Context& context) {
  if (const auto* webhooks = context.services.webhooks; webhooks != nullptr) {
    const auto figures = webhooks->figures();
    const std::array<std::pair<const char*, std::uint64_t>, 3> ends = {
        {{"delivered", figures.delivered}, {"failed", figures.failed}, {"given_up", figures.given_up}}};
    for (const auto& [end, count] : ends)
      out.counter("vigil_webhook_tries_total", "Tries of this server to deliver an event of a job.", {{"end", end}},
                  number(count));
    if (auto counts = context.services.store.jobs().webhooks().counts())
      out.gauge("vigil_webhooks_waiting", "Webhooks that have something to be told.", {}, number(counts->waiting));
  }
  if (context.services.reconciler == nullptr) return;
  const auto last = context.services.reconciler->last();
  if (!last) return;
  const char* help = "What the last comparison of database and storage found.";
  out.gauge("vigil_reconcile_found", help, {{"what", "missing"}}, number(last->missing));
  out.gauge("vigil_reconcile_found", help, {{"what", "remade"}}, number(last->remade));
  out.gauge("vigil_reconcile_found", help, {{"what", "lost"}}, number(last->lost));
  out.gauge("vigil_reconcile_found", help, {{"what", "orphans"}}, number(last->orphans));
  out.gauge("vigil_reconcile_found", help, {{"what", "removed"}}, number(last->removed));
  out.gauge("vigil_reconcile_found", help, {{"what", "cancelled"}}, number(last->cancelled));
  out.gauge("vigil_reconcile_orphan_bytes", "Bytes of blobs that nothing spoke of at the last comparison.", {},
            number(last->orphan_bytes));
  out.gauge("vigil_reconcile_timestamp_seconds", "When it ended.", {}, to_unix_seconds(*last->finished_at));
}

Response metrics(Context& context, const Request&) {
  Families out;
  add_build_metrics(out);
  const auto now = context.services.clock.wall();
  for (const auto& [id, status] : context.services.cameras.statuses()) add_camera(out, id, status, now);
  add_analysis_metrics(out, context);
  add_bus(out, context.services.bus);
  if (context.services.sinks) {
    for (const auto& sink : context.services.sinks()) add_sink(out, sink);
  }
  if (context.services.records) add_records(out, context.services.records());
  if (context.services.counters) {
    for (const auto& each : context.services.counters()) out.counter(each.name, each.help, {}, number(each.value));
  }
  add_store_metrics(out, context.services.store);
  add_renditions(out, context.services.cameras.renditions());
  out.gauge("vigil_opus_tracks", "Tracks of sound that are being made Opus for WebRTC.", {},
            context.services.cameras.opus_tracks());
  if (context.services.webrtc != nullptr) add_webrtc(out, *context.services.webrtc);
  add_live(out, context);
  if (context.services.rtsp != nullptr) add_rtsp(out, *context.services.rtsp);
  if (context.services.rtmp != nullptr) add_rtmp(out, *context.services.rtmp);
  add_http_metrics(out, context.http_metrics, context.http_figures());
  add_viewers(out, context);
  add_work(out, context);
  add_upkeep(out, context);
  add_process_metrics(out);
  return metrics_response(out);
}

}  // namespace

void add_metrics_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"GET", "/metrics", "get_metrics", Permission::Viewer,
                    [&context](const Request& request) { return metrics(context, request); }});
}

}  // namespace vigil::api
