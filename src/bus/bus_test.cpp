#include "bus/bus.h"

#include <gtest/gtest.h>

#include <thread>

namespace vigil::bus {
namespace {

model::Event event(std::string camera) {
  return {std::move(camera), WallTime{}, model::CameraConnected{}};
}

TEST(Bus, EverySubscriberGetsEveryEventInOrder) {
  Bus bus;
  auto one = bus.subscribe("one", 8), two = bus.subscribe("two", 8);
  bus.publish(event("a"));
  bus.publish(event("b"));
  for (auto* reader : {one.get(), two.get()}) {
    EXPECT_EQ((*reader->try_pop())->camera_id, "a");
    EXPECT_EQ((*reader->try_pop())->camera_id, "b");
    EXPECT_FALSE(reader->try_pop());
  }
  EXPECT_EQ(bus.published(), 2u);
}

TEST(Bus, ALateSubscriberLosesItsOldestEventsAndTheyAreCounted) {
  Bus bus;
  auto late = bus.subscribe("late", 2);
  for (const char* id : {"a", "b", "c"}) bus.publish(event(id));
  EXPECT_EQ((*late->try_pop())->camera_id, "b");
  auto figures = bus.figures();
  ASSERT_EQ(figures.size(), 1u);
  EXPECT_EQ(figures[0].dropped, 1u);
  EXPECT_EQ(figures[0].delivered, 1u);
  EXPECT_EQ(figures[0].waiting, 1u);
}

TEST(Bus, ClosingDeliversWhatIsQueued) {
  Bus bus;
  auto reader = bus.subscribe("reader", 8);
  bus.publish(event("a"));
  bus.close();
  EXPECT_TRUE(reader->pop({}));
  EXPECT_FALSE(reader->pop({}));
  EXPECT_TRUE(reader->closed());
}

TEST(Bus, ASubscriberThatLeftIsForgotten) {
  Bus bus;
  bus.subscribe("gone", 8).reset();
  bus.publish(event("a"));
  EXPECT_TRUE(bus.figures().empty());
}

TEST(Bus, AWaitingReaderIsWoken) {
  Bus bus;
  auto reader = bus.subscribe("reader", 8);
  std::jthread writer([&] { bus.publish(event("a")); });
  EXPECT_TRUE(reader->pop({}));
}

}  // namespace
}  // namespace vigil::bus
