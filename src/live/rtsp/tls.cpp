#include "live/rtsp/tls.h"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/system/system_error.hpp>
#include <system_error>
#include <utility>

#include "base/log.h"

namespace vigil::live::rtsp {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

Error unusable(const std::string& file, const char* what, const error_code& error) {
  return make_error(ErrorKind::InvalidArgument,
                    fmt::format("{}: {} ({}); give a PEM file that this user may read", file, what, error.message()));
}

Result<Certificate::Context> load(const RtspsConfig& config) {
  if (config.certificate.empty() || config.key.empty()) {
    return make_error(ErrorKind::InvalidArgument, "live.rtsps.listen needs live.rtsps.certificate and live.rtsps.key");
  }
  Certificate::Context context;
  try {
    context = std::make_shared<ssl::context>(ssl::context::tls_server);
  } catch (const boost::system::system_error& failed) {
    return make_error(ErrorKind::ResourceExhausted, std::string("no TLS is to be had: ") + failed.what());
  }
  error_code error;
  context->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1, error);
  // A key with a password is refused rather than asked for on the terminal.
  context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); }, error);
  context->use_certificate_chain_file(config.certificate, error);
  if (error) return unusable(config.certificate, "no certificate can be read", error);
  context->use_private_key_file(config.key, ssl::context::pem, error);
  if (error) return unusable(config.key, "no private key of that certificate can be read", error);
  if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
    return make_error(ErrorKind::InvalidArgument, config.key + ": the key belongs to another certificate");
  }
  return context;
}

}  // namespace

std::pair<Certificate::Time, Certificate::Time> Certificate::changed() const {
  std::error_code ignored;
  return {std::filesystem::last_write_time(config_.certificate, ignored),
          std::filesystem::last_write_time(config_.key, ignored)};
}

Result<void> Certificate::open(const RtspsConfig& config) {
  config_ = config;
  read_ = changed();
  VIGIL_ASSIGN(context_, load(config_));
  return {};
}

void Certificate::renew() {
  if (!context_ || changed() == read_) return;
  read_ = changed();
  if (auto made = load(config_); made.ok()) {
    context_ = std::move(*made);
    log::info("the certificate of RTSP has been read anew");
  } else {
    log::warn("the certificate of RTSP has changed and cannot be used; the one before stays",
              {{"reason", made.error().message}});
  }
}

}  // namespace vigil::live::rtsp
