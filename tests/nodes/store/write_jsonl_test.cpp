#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "core/testing/test_node.hpp"
#include "nodes/keys.hpp"

using namespace headrace;
using headrace::testing::TestNode;

namespace {

struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("headrace-jsonl-" + std::to_string(::getpid()));
  Folder() { std::filesystem::remove_all(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file(const std::string& name = "out.jsonl") const { return (path / name).string(); }
};

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string config(const std::string& path, const std::string& keys = "[text]") { return "{path: '" + path + "', keys: " + keys + "}"; }

// A call without the flush that call_sink() adds: what is still in the buffer matters here.
void put(TestNode& sink, const std::string& text) {
  static const std::vector<Port> ports = {{"text", &type_of<std::string>(), true, {}}};
  const void* inputs[] = {&text};
  CallContext context;
  context.ports = &ports;
  if (sink.node().call(inputs, nullptr, context) == Status::failed) throw NodeError(context.failure);
}

// While it lives no file of this process grows beyond `bytes`: writes end short, then fail, as on a full disk.
struct FileSizeLimit {
  rlimit before{};
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit limit{bytes, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before); }
};

std::string thrown_by(const std::function<void()>& action) {
  try {
    action();
  } catch (const NodeError& error) {
    return error.failure.kind + ": " + error.failure.message;
  }
  return "";
}

}  // namespace

TEST_CASE("write_jsonl: members stand in the order of the keys, absent ones are null") {
  const Folder folder;
  TestNode sink("write_jsonl",
                config(folder.file("a/b/out.jsonl"), "{title: title, topics: topics, document_id: [document_id, identity]}"));
  sink.given<"document_id">("d1").given<"topics">({{"science", 0.5}}).given<"title">("A \"line\"\nbreak \u2028").call_sink();
  sink.absent("topics").absent("title").call_sink();
  CHECK(read(folder.file("a/b/out.jsonl")) ==
        "{\"title\":\"A \\\"line\\\"\\nbreak \u2028\",\"topics\":[{\"topic\":\"science\",\"score\":0.5}],\"document_id\":\"d1\"}\n"
        "{\"title\":null,\"topics\":null,\"document_id\":\"d1\"}\n");
}

TEST_CASE("write_jsonl: its ports are the keys, with their bindings, all optional") {
  const NodeSpec* spec = find_node("write_jsonl");
  REQUIRE(spec);
  CHECK(spec->kind == Kind::sink);
  CHECK(spec->dynamic);
  TestNode sink("write_jsonl", config("/dev/null", "{title: [article.title, entry.title], story: story.story}"));
  CHECK_NOTHROW(sink.call_sink());
  CHECK_THROWS_WITH(TestNode("write_jsonl", "{path: /dev/null}").node(), doctest::Contains("keys"));
  CHECK_THROWS_WITH(TestNode("write_jsonl", "{keys: [title]}").node(), doctest::Contains("path"));
}

TEST_CASE("write_jsonl: the position counts what is buffered, and resume cuts to it") {
  const Folder folder;
  const std::string first = "{\"text\":\"one\"}\n", second = "{\"text\":\"two\"}\n";
  {
    TestNode sink("write_jsonl", config(folder.file()));
    CHECK(sink.node().position() == 0);
    put(sink, "one");
    CHECK(sink.node().position() == first.size());
    CHECK(read(folder.file()).empty());
    sink.node().flush();
    CHECK(read(folder.file()) == first);
    put(sink, "two");
    sink.node().flush();
  }
  write(folder.file(), first + second + "{\"text\":\"tor");  // killed in the middle of a line
  TestNode sink("write_jsonl", config(folder.file()));
  sink.node().resume(first.size());
  CHECK(sink.node().position() == first.size());
  CHECK(read(folder.file()) == first);
  put(sink, "two");
  sink.node().flush();
  CHECK(read(folder.file()) == first + second);
}

TEST_CASE("write_jsonl: resume forgets what is buffered; without a state the file is appended to") {
  const Folder folder;
  write(folder.file(), "{\"text\":\"old\"}\n");
  TestNode sink("write_jsonl", config(folder.file()));
  CHECK(sink.node().position() == 15);
  put(sink, "never");
  sink.node().resume(15);
  put(sink, "new");
  sink.node().flush();
  CHECK(read(folder.file()) == "{\"text\":\"old\"}\n{\"text\":\"new\"}\n");
}

TEST_CASE("write_jsonl: a file shorter than its position is refused") {
  const Folder folder;
  write(folder.file(), "12345");
  TestNode sink("write_jsonl", config(folder.file()));
  const std::string said = thrown_by([&] { sink.node().resume(6); });
  CHECK(said.starts_with("sink_failed"));
  CHECK(said.find(folder.file() + " has 5 bytes, but 6 were written") != std::string::npos);
  CHECK(read(folder.file()) == "12345");
  TestNode missing("write_jsonl", config(folder.file("missing.jsonl")));
  CHECK_NOTHROW(missing.node().resume(0));
  CHECK_THROWS_AS(missing.node().resume(1), NodeError);
}

TEST_CASE("write_jsonl: a full device is an error with path and cause, again and again") {
  TestNode sink("write_jsonl", config("/dev/full"));
  put(sink, "lost");
  CHECK(sink.node().position() == std::nullopt);
  for (int i = 0; i < 3; ++i) {
    const std::string said = thrown_by([&] { sink.node().flush(); });
    CHECK(said == "sink_failed: cannot write /dev/full: No space left on device");
  }
  CHECK_NOTHROW(sink.node().resume(0));
}

TEST_CASE("write_jsonl: the places where no file can be") {
  const Folder folder;
  write(folder.file("plain"), "x");
  for (const std::string& path : {folder.file("plain") + "/out.jsonl", folder.path.string(), std::string("/proc/nowhere/out.jsonl")}) {
    CAPTURE(path);
    const std::string said = thrown_by([&] { TestNode("write_jsonl", config(path)).node(); });
    CHECK(said.starts_with("sink_failed: cannot"));
    CHECK(said.find(path.substr(0, path.rfind('/'))) != std::string::npos);
  }
}

TEST_CASE("write_jsonl: on a disk that is full now and then every line is there once, in order") {
  const Folder folder;
  RandomNumbers random(7);
  TestNode sink("write_jsonl", config(folder.file()));
  std::string wanted;
  std::uint64_t failures = 0;
  const auto until_it_works = [&](const std::function<void()>& action) {
    const FileSizeLimit limit(read(folder.file()).size() + random.below(60'000));
    while (true) {
      if (thrown_by(action).empty()) return;
      ++failures;
      const std::string have = read(folder.file());
      CHECK(wanted.starts_with(have));
      CHECK((have.empty() || have.back() == '\n'));  // half a line does not stay
      const rlimit more{have.size() + random.below(150'000), limit.before.rlim_max};
      ::setrlimit(RLIMIT_FSIZE, &more);
    }
  };
  for (int i = 0; i < 300; ++i) {
    const std::string text(random.below(5000), static_cast<char>('a' + i % 26));
    until_it_works([&] { put(sink, text); });
    wanted += "{\"text\":\"" + text + "\"}\n";
    CHECK(sink.node().position() == wanted.size());
    if (random.below(20) == 0) until_it_works([&] { sink.node().flush(); });
  }
  until_it_works([&] { sink.node().flush(); });
  CHECK(read(folder.file()) == wanted);
  CHECK(failures > 5);
}

TEST_CASE("write_jsonl: a pipe takes everything once, also when its reader is slow") {
  const Folder folder;
  std::filesystem::create_directories(folder.path);
  const std::string fifo = folder.file("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  std::string got;
  std::jthread reader([&] { got = read(fifo); });
  std::string wanted;
  {
    TestNode sink("write_jsonl", config(fifo));
    for (int i = 0; i < 2000; ++i) {
      const std::string text(static_cast<std::size_t>(i % 300), 'x');
      put(sink, text);
      wanted += "{\"text\":\"" + text + "\"}\n";
    }
    sink.node().flush();
    CHECK(sink.node().position() == std::nullopt);
  }
  reader.join();
  CHECK(got == wanted);
}

TEST_CASE("write_jsonl: '-' is standard output, and stays open") {
  const Folder folder;
  write(folder.file(), "");
  std::fflush(stdout);
  const int terminal = ::dup(STDOUT_FILENO);
  const int file = ::open(folder.file().c_str(), O_WRONLY);
  ::dup2(file, STDOUT_FILENO);
  {
    TestNode sink("write_jsonl", config("-"));
    put(sink, "hello");
    sink.node().flush();
  }
  TestNode("write_jsonl", config("-")).given<"text">("again").call_sink();
  ::dup2(terminal, STDOUT_FILENO);
  ::close(terminal);
  ::close(file);
  CHECK(read(folder.file()) == "{\"text\":\"hello\"}\n{\"text\":\"again\"}\n");
}
