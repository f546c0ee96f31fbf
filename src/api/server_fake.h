#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "api/auth/accounts_fake.h"
#include "api/http_client_fake.h"
#include "api/router.h"
#include "api/server.h"
#include "media/image.h"
#include "pipeline/local_analyst.h"

// A whole server on a free port, with cameras over a store in memory. Every answer is checked against the OpenAPI
// document.

namespace vigil::api {

inline std::string test_jpeg(int width = 64, int height = 48) {
  auto pixels = std::make_shared<std::vector<std::uint8_t>>(static_cast<std::size_t>(width * height), std::uint8_t{90});
  media::Frame frame;
  frame.format = media::PixelFormat::Gray;
  frame.full_range = true;
  frame.width = width;
  frame.height = height;
  frame.planes[0] = {pixels->data(), width, width, height};
  frame.owner = pixels;
  frame.bytes = pixels->size();
  auto jpeg = media::encode_jpeg(frame);
  EXPECT_TRUE(jpeg.ok());
  return jpeg.ok() ? std::string(jpeg->begin(), jpeg->end()) : std::string();
}

inline std::string form_of(const std::string& file, const std::string& more = {}) {
  return "--B\r\nContent-Disposition: form-data; name=\"frame_file\"; filename=\"f.jpg\"\r\nContent-Type: "
         "image/jpeg\r\n\r\n" +
         file + "\r\n" + more + "--B--\r\n";
}

class ServerTest : public AccountsTest {
 protected:
  ServerTest()
      : cameras_({}, std::make_shared<ingest::EgressPolicy>(), store_->cameras(), {bus_}, system_clock(), analysts_) {
    EXPECT_TRUE(cameras_.start().ok());
    auto contract = Contract::built_in();
    EXPECT_TRUE(contract.ok()) << contract.error().message;
    contract_ = std::make_unique<Contract>(std::move(*contract));
    std::vector<Route> routes;
    for (const auto& operation : contract_->operations()) {
      routes.push_back({operation.method, operation.path, operation.id, operation.permission,
                        [](const Request&) { return Response(); }});
    }
    router_ = std::make_unique<Router>(*Router::make(std::move(routes), *contract_));
  }
  ~ServerTest() override {
    server_.reset();
    cameras_.stop();
  }

  void start(Config config) {
    config.port = 0;
    Services services{cameras_, accounts_, *store_, bus_, observations_, clock_, [this] { return sinks_; },
                      models_,  plates_};
    services.uploads = uploads_;
    services.blobs = blob_store_;
    services.pictures = pictures_;
    services.direct = direct_;
    server_ = std::make_unique<Server>(config, services);
    auto started = server_->start();
    ASSERT_TRUE(started.ok()) << started.error().message;
  }
  void start_open() {
    Config config;
    config.auth = AuthMode::None;
    start(config);
  }

  Reply call(std::string_view method, const std::string& target, std::string_view body = {},
             std::string_view type = "application/json", std::string_view extra = {}) {
    HttpClient client(server_->port());
    auto reply = client.ask(method, target, body, type, extra);
    check(method, target, reply);
    return reply;
  }
  Reply as(const std::string& token, std::string_view method, const std::string& target, std::string_view body = {}) {
    return call(method, target, body, "application/json", "Authorization: Bearer " + token + "\r\n");
  }
  std::string token(const std::string& name) { return sign_in(name).access_token.reveal(); }

  void check(std::string_view method, const std::string& target, const Reply& reply) {
    ASSERT_NE(reply.status, 0) << method << " " << target << ": no answer";
    const auto type = std::string(reply.headers.get("Content-Type"));
    const auto name = type.substr(0, type.find(';'));
    EXPECT_FALSE(reply.headers.get("X-Request-Id").empty());
    EXPECT_EQ(reply.headers.get("X-Content-Type-Options"), "nosniff");
    if (reply.status >= 400 && reply.status != 503) {
      EXPECT_EQ(name, "application/problem+json") << target;
    }
    auto segments = split_path(target.substr(0, target.find('?')));
    auto match = segments ? router_->match(method, *segments) : Router::Match();
    if (match.route == nullptr || reply.body.empty() || method == "HEAD") return;
    answered_.insert(match.route->operation_id);
    const auto* schema = contract_->response_schema(*match.route->operation, reply.status, name);
    if (schema == nullptr) schema = contract_->response_schema(*match.route->operation, 999, name);  // "default"
    ASSERT_NE(schema, nullptr) << method << " " << target << " answers " << reply.status << " " << name;
    if (!name.ends_with("json")) return;
    for (const auto& fault : contract_->validator().validate(*schema, reply.json())) {
      ADD_FAILURE() << method << " " << target << ": " << fault.pointer << " " << fault.detail << "\n"
                    << reply.body.substr(0, 2000);
    }
  }

  bus::Bus bus_;
  bus::Observations observations_;
  pipeline::LocalAnalysts analysts_{system_clock()};
  cameras::Cameras cameras_;
  std::vector<sinks::Figures> sinks_;
  vision::ModelStore* models_ = nullptr;
  pipeline::PlateJudge* plates_ = nullptr;
  jobs::Uploads* uploads_ = nullptr;
  blob::Store* blob_store_ = nullptr;
  jobs::AssetPictures* pictures_ = nullptr;
  jobs::DirectUploads* direct_ = nullptr;
  std::unique_ptr<Contract> contract_;
  std::unique_ptr<Router> router_;
  std::unique_ptr<Server> server_;
  std::set<std::string> answered_;
};

}  // namespace vigil::api
