// Named places at which a test can kill the process, to see what a restart finds.
//
//   crash_point("before_flush");   // HEADRACE_CRASH_AT=before_flush dies here, before_flush:3 the third time it comes by
//
// Compiled to an empty function (core/testing/faults/crash_point_off.cpp), which is what ships. A test binary links
// crash_point_on.cpp instead: the choice is the linker's, so what is tested is otherwise what ships.
#pragma once

namespace headrace {

void crash_point(const char* name);

}  // namespace headrace
