#include "api/answer_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace vigil::api {
namespace {

using namespace std::chrono_literals;

// Waits for an answer as the connection does.
Response wait_for(LaterAnswer& later) {
  std::promise<void> woken;
  std::atomic<bool> told{false};
  later.begin([&] {
    if (!told.exchange(true)) woken.set_value();
  });
  woken.get_future().wait();
  auto response = later.poll(false);
  EXPECT_TRUE(response.has_value());
  return response ? std::move(*response) : Response();
}

TEST(AnswerPool, GivesTheAnswerWhenItIsThere) {
  AnswerPool pool({.threads = 1});
  std::promise<void> go_on;
  auto gate = go_on.get_future().share();
  auto asked = pool.answer([gate](const std::stop_token&) {
    gate.wait();
    return empty_response(204);
  });
  ASSERT_TRUE(asked.later);
  EXPECT_FALSE(asked.later->poll(false));
  go_on.set_value();
  EXPECT_EQ(wait_for(*asked.later).status, 204);
}

TEST(AnswerPool, NoMoreThanSoManyWait) {
  AnswerPool pool({.threads = 1, .waiting = 1});
  std::promise<void> inside, go_on;
  auto gate = go_on.get_future().share();
  auto first = pool.answer([&inside, gate](const std::stop_token&) {
    inside.set_value();
    gate.wait();
    return empty_response(200);
  });
  inside.get_future().wait();
  auto second = pool.answer([](const std::stop_token&) { return empty_response(201); });
  EXPECT_TRUE(second.later);
  const auto third = pool.answer([](const std::stop_token&) { return empty_response(202); });
  EXPECT_EQ(third.status, 503);
  EXPECT_EQ(third.headers.get("Retry-After"), "2");
  // Who goes away makes room.
  second.later.reset();
  auto fourth = pool.answer([](const std::stop_token&) { return empty_response(203); });
  ASSERT_TRUE(fourth.later);
  go_on.set_value();
  EXPECT_EQ(wait_for(*first.later).status, 200);
  EXPECT_EQ(wait_for(*fourth.later).status, 203);
}

TEST(AnswerPool, WorkThatNobodyWaitsForIsToldSo) {
  std::promise<void> inside, stopped;
  AnswerPool pool({.threads = 1});
  auto asked = pool.answer([&](const std::stop_token& gone) {
    std::stop_callback told(gone, [&] { stopped.set_value(); });
    inside.set_value();
    stopped.get_future().wait();
    return empty_response(200);
  });
  inside.get_future().wait();
  // Its time is up: something is answered, and then it goes.
  EXPECT_EQ(asked.later->poll(true)->status, 504);
  asked.later.reset();
}

TEST(AnswerPool, TheEndOfThePoolEndsWhatIsAtWorkAndAnswersWhatWaits) {
  Response first, second;
  std::promise<void> inside, stopped;
  {
    AnswerPool pool({.threads = 1});
    first = pool.answer([&](const std::stop_token& gone) {
      std::stop_callback told(gone, [&] { stopped.set_value(); });
      inside.set_value();
      stopped.get_future().wait();
      return empty_response(200);
    });
    inside.get_future().wait();
    second = pool.answer([](const std::stop_token&) { return empty_response(200); });
  }
  EXPECT_EQ(first.later->poll(false)->status, 200);
  EXPECT_EQ(second.later->poll(false)->status, 503);
}

}  // namespace
}  // namespace vigil::api
