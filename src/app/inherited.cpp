#include "app/inherited.h"

#include <sys/stat.h>

namespace vigil::app {

bool is_socket(int file) {
  struct stat about {};
  return ::fstat(file, &about) == 0 && S_ISSOCK(about.st_mode);
}

}  // namespace vigil::app
