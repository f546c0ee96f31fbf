#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>

#include "base/result.h"
#include "live/rtsp_server.h"

namespace vigil::live::rtsp {

// What connections within TLS are begun with: certificate and key, from files that are read anew when they have
// changed, as they do when a certificate is renewed. Of the loop's thread.
class Certificate {
 public:
  using Context = std::shared_ptr<boost::asio::ssl::context>;

  // InvalidArgument: a file cannot be read, holds nothing of the kind, or the key belongs to another certificate.
  Result<void> open(const RtspsConfig& config);
  // Looks whether the files have changed; what cannot be used is logged, and the one before stays.
  void renew();
  const Context& context() const { return context_; }  // null before open()

 private:
  using Time = std::filesystem::file_time_type;
  std::pair<Time, Time> changed() const;

  RtspsConfig config_;
  Context context_;
  std::pair<Time, Time> read_;
};

}  // namespace vigil::live::rtsp
