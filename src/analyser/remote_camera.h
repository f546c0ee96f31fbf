#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyser/link.h"
#include "analyser/messages.h"
#include "analyser/receiver.h"
#include "base/clock.h"
#include "base/sync.h"
#include "media/access_unit.h"
#include "pipeline/analyst.h"

namespace vigil::analyser {

// One camera as the server sees it: what was sent to its child and not answered, who waits for pictures, the tracks
// that the next child will be given. What the child says is believed only as far as it answers what was sent.
// Thread-safe; attach() to suspend() are the supervisor's.
class RemoteCamera {
 public:
  // `want`: a process is needed, or is to be told something new. Called outside locks.
  RemoteCamera(std::uint32_t number, pipeline::AnalystConfig config, pipeline::AnalystListener& listener, Clock& clock,
               std::function<void()> want);

  // As of pipeline::Analyst.
  bool send(const media::PacketPtr& packet, const pipeline::Order& order) VIGIL_EXCLUDES(mutex_, calling_);
  void configure(const pipeline::AnalysisConfig& config) VIGIL_EXCLUDES(mutex_);
  void interrupt(bool forget) VIGIL_EXCLUDES(mutex_);
  Result<std::vector<media::FramePtr>> fetch(const std::vector<std::uint64_t>& sequences,
                                             std::chrono::milliseconds timeout) VIGIL_EXCLUDES(mutex_);
  Result<std::vector<media::FramePtr>> decode(const std::vector<media::PacketPtr>& packets,
                                              const pipeline::Selection& selection,
                                              const std::function<bool()>& stopped) VIGIL_EXCLUDES(mutex_);
  // The listener is not called any more, and nobody waits.
  void close() VIGIL_EXCLUDES(mutex_, calling_);

  std::uint32_t number() const { return number_; }
  const std::string& id() const { return id_; }
  bool is_sound() const { return is_sound_; }
  bool wanted() const VIGIL_EXCLUDES(mutex_);
  // The model it is to be analysed with; nothing when it is not.
  std::optional<std::string> model() const VIGIL_EXCLUDES(mutex_);
  pipeline::RecognitionWanted recognition() const VIGIL_EXCLUDES(mutex_);
  // Since when an answer is owed; nothing when none is.
  std::optional<SteadyTime> owed_since() const VIGIL_EXCLUDES(mutex_);

  void attach(std::shared_ptr<Link> link) VIGIL_EXCLUDES(mutex_);
  // DataLoss: the child breaks the rules.
  Result<void> handle(Message message) VIGIL_EXCLUDES(mutex_, calling_);
  // One of those that were sent last; null when it is not held any more.
  media::PacketPtr lately_sent(std::uint64_t sequence) const VIGIL_EXCLUDES(mutex_);
  void detach(std::uint64_t poison) VIGIL_EXCLUDES(mutex_, calling_);
  // There is room again in what waits for the child.
  void room() VIGIL_EXCLUDES(mutex_, calling_);
  // While it is suspended nothing is sent.
  void suspend(bool suspended) VIGIL_EXCLUDES(mutex_, calling_);

 private:
  struct Sent {
    std::uint64_t sequence = 0;
    std::uint32_t epoch = 0;
    WallTime received;
    std::size_t bytes = 0;
    bool kept = false;
    Ticks pts{0};
    std::int64_t sounds = 0;  // packets of Opus that came of it
  };
  struct Request {
    std::size_t most = 0;               // pictures
    std::size_t bytes = 0;              // that may still come
    std::deque<std::size_t> under_way;  // sizes of its packets
    std::size_t under_way_bytes = 0;
    std::vector<media::FramePtr> frames;
    std::optional<AnswerBody> answer;
  };
  using RequestPtr = std::shared_ptr<Request>;

  bool credit_for(const media::Packet& packet) const VIGIL_REQUIRES(mutex_);
  void send_params(const media::ParamsPtr& params, media::ParamsPtr& sent, std::uint16_t flags, std::uint32_t scope)
      VIGIL_REQUIRES(mutex_);
  bool send_packet(const media::PacketPtr& packet, std::uint16_t flags, std::uint32_t scope) VIGIL_REQUIRES(mutex_);
  CameraBody body() const VIGIL_REQUIRES(mutex_);
  std::uint32_t begin(RequestPtr request) VIGIL_REQUIRES(mutex_);
  void end(std::uint32_t number) VIGIL_REQUIRES(mutex_);
  Result<std::vector<media::FramePtr>> outcome(Request& request) VIGIL_REQUIRES(mutex_);
  Result<std::vector<media::FramePtr>> decode_now(const std::vector<media::PacketPtr>& packets,
                                                  const pipeline::Selection& selection,
                                                  const std::function<bool()>& stopped, SteadyTime deadline,
                                                  bool& again) VIGIL_EXCLUDES(mutex_);
  void note_owed() VIGIL_REQUIRES(mutex_);

  // A decoder may hold pictures back, and let them all out at once.
  static constexpr std::uint64_t kHeldBack = 64;

  Result<void> handle_done(const Message& message) VIGIL_EXCLUDES(mutex_, calling_);
  Result<void> handle_frame(Message message) VIGIL_EXCLUDES(mutex_);
  Result<void> handle_answer(const Message& message) VIGIL_EXCLUDES(mutex_);
  void remember(const std::vector<model::SeenObject>& objects) VIGIL_REQUIRES(mutex_);
  Result<void> handle_tracks(const Message& message) VIGIL_EXCLUDES(mutex_);
  Result<void> handle_observation(const Message& message) VIGIL_EXCLUDES(mutex_, calling_);
  Result<void> handle_problem(const Message& message) VIGIL_EXCLUDES(mutex_);
  Result<void> handle_rendered(const Message& message) VIGIL_EXCLUDES(mutex_, calling_);
  Result<void> handle_sounded(const Message& message) VIGIL_EXCLUDES(mutex_, calling_);
  void call(const std::function<void(pipeline::AnalystListener&)>& what) VIGIL_EXCLUDES(calling_);

  const std::uint32_t number_;
  const std::string id_;
  const bool is_sound_;
  pipeline::AnalystListener& listener_;
  Clock& clock_;
  const std::function<void()> want_;

  Mutex calling_;  // held while the listener is called, so that close() can wait for it
  bool silent_ VIGIL_GUARDED_BY(calling_) = false;

  mutable Mutex mutex_;
  CondVar changed_;
  pipeline::AnalystConfig config_ VIGIL_GUARDED_BY(mutex_);
  std::shared_ptr<Link> link_ VIGIL_GUARDED_BY(mutex_);
  Credit credit_ VIGIL_GUARDED_BY(mutex_);
  bool has_credit_ VIGIL_GUARDED_BY(mutex_) = false;  // the child has said how much
  std::deque<Sent> sent_ VIGIL_GUARDED_BY(mutex_);
  std::size_t sent_bytes_ VIGIL_GUARDED_BY(mutex_) = 0;
  std::deque<media::PacketPtr> lately_ VIGIL_GUARDED_BY(mutex_);  // those of sent_, and a few that are answered
  std::uint64_t newest_sent_ VIGIL_GUARDED_BY(mutex_) = 0;
  std::uint64_t observations_left_ VIGIL_GUARDED_BY(mutex_) = 0;  // one a picture
  media::ParamsPtr params_sent_ VIGIL_GUARDED_BY(mutex_);
  struct Coming {
    std::optional<media::AccessUnitNormaliser> normaliser;
    std::optional<Ticks> last;  // decode time
  };
  std::map<model::Rendition, Coming> renditions_ VIGIL_GUARDED_BY(mutex_);  // that were ever asked of this child
  std::optional<Ticks> last_sound_ VIGIL_GUARDED_BY(mutex_);
  std::array<media::ParamsPtr, 2> sound_params_ VIGIL_GUARDED_BY(mutex_);  // mono and stereo
  media::FramePtr picture_ VIGIL_GUARDED_BY(mutex_);                       // came for a packet whose Done follows
  std::map<std::uint32_t, RequestPtr> requests_ VIGIL_GUARDED_BY(mutex_);
  std::uint32_t last_request_ VIGIL_GUARDED_BY(mutex_) = 0;
  Tracks tracks_ VIGIL_GUARDED_BY(mutex_);
  std::string problem_ VIGIL_GUARDED_BY(mutex_);
  std::optional<SteadyTime> owed_since_ VIGIL_GUARDED_BY(mutex_);
  bool wanted_ VIGIL_GUARDED_BY(mutex_) = false;
  bool waits_ VIGIL_GUARDED_BY(mutex_) = false;  // send() said no
  bool suspended_ VIGIL_GUARDED_BY(mutex_) = false;
  bool closed_ VIGIL_GUARDED_BY(mutex_) = false;
};

}  // namespace vigil::analyser
