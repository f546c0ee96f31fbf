#include "app/signals.h"

#include <pthread.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <mutex>

#include "base/log.h"
#include "base/sync.h"

namespace vigil::app {
namespace {

// Woken for SIGUSR1 by the destructor only.
sigset_t handled() {
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&set, number);
  return set;
}

}  // namespace

StopSignals::StopSignals() {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGHUP, &ignore, nullptr);
  sigaction(SIGPIPE, &ignore, nullptr);
  auto set = handled();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this] { run(); });
}

StopSignals::~StopSignals() {
  done_ = true;
  pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
}

void StopSignals::run() {
  auto set = handled();
  while (!done_) {
    int number = 0;
    if (sigwait(&set, &number) != 0 || number == SIGUSR1) continue;
    if (number_ != 0) ::_exit(128 + number);
    number_ = number;
    source_.request_stop();
  }
}

void StopSignals::wait() {
  Mutex mutex;
  CondVar never;
  MutexLock lock(mutex);
  never.wait(lock, source_.get_token(), [] { return false; });
}

}  // namespace vigil::app
