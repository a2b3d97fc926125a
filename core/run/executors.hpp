// The two ways to run steps. Both keep virtual time still while they have something to run.
#pragma once
#include "core/run/engine.hpp"
#include "core/run/io_loop.hpp"

namespace headrace::run {

// Everything on the thread that calls run(): steps, IO, timers, and `between`, which lets the settler work.
std::unique_ptr<Executor> make_serial_executor(Engine& engine, IoLoop& io, std::function<bool()> between);

// One TBB flow graph with a function_node a key; `threads` workers, the caller of run() among them.
std::unique_ptr<Executor> make_tbb_executor(Engine& engine, Clock& clock, int threads);

}  // namespace headrace::run
