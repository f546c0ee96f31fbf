#include "app/cli.h"

int main(int argc, char** argv) {
  return vigil::app::run(argc, argv);
}
