#include "vision/plates/lookalikes.h"

namespace vigil::vision::plates {

std::string_view lookalikes(char c) {
  switch (c) {
    case '0':
      return "ODQ";
    case 'O':
      return "0DQ";
    case 'D':
      return "0O";
    case 'Q':
      return "0O";
    case '1':
      return "ILT";
    case 'I':
      return "1L";
    case 'L':
      return "1I";
    case 'T':
      return "71";
    case '2':
      return "Z";
    case 'Z':
      return "27";
    case '4':
      return "A";
    case 'A':
      return "4";
    case '5':
      return "S";
    case 'S':
      return "5";
    case '6':
      return "G";
    case 'G':
      return "6C";
    case 'C':
      return "G";
    case '7':
      return "TZ";
    case '8':
      return "B";
    case 'B':
      return "8";
    default:
      return {};
  }
}

}  // namespace vigil::vision::plates
