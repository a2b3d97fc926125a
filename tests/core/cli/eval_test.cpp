#include "tests/core/cli/cli_support.hpp"

using namespace headrace::cli_test;

TEST_CASE("eval computes the wanted keys of one record") {
  const Folder folder;
  const std::string file = folder.write("p.yaml", input_pipeline);
  const auto eval = [&](std::vector<std::string> rest) {
    rest.insert(rest.begin(), {"eval", file});
    return command(rest);
  };
  CHECK(eval({"cli_number=3", "--want", "twice,cli_score"}).out == "{\"twice\":12,\"cli_score\":6}\n");
  CHECK(eval({"cli_number=3", "cli_offset=1", "--want", "twice", "--want", "words"}).out ==
        "{\"twice\":14,\"words\":[\"word\",\"word\",\"word\",\"word\"]}\n");
  CHECK(eval({"cli_number=3", "--want", "cli_score", "--set", "factor=5"}).out == "{\"cli_score\":15}\n");

  CHECK(eval({"cli_number=1"}).out == "{\"cli_score\":2,\"twice\":4,\"words\":[\"word\",\"word\",\"word\",\"word\"]}\n");  // all
  CHECK(eval({"cli_score=1", "--want", "twice"}).out == "{\"twice\":2}\n");
  CHECK(eval({"cli_score=1"}).out == "{\"twice\":2,\"words\":[\"word\",\"word\"]}\n");

  const Outcome given = eval({"cli_score=5", "--want", "twice"});  // what is given is not computed, nor what it would need
  CHECK(given.code == 0);
  CHECK_MESSAGE(given.out == "{\"twice\":10}\n", (given.out + given.err));
}

TEST_CASE("eval of everything leaves out what holds bytes, and says why a file does not compile") {
  const Folder folder;
  const std::string page = folder.write("page.html", "<title>Wall</title><p>The council voted on Tuesday to rebuild the old sea wall.");
  const std::string file = folder.write("p.yaml", "inputs: [url]\ngraph: {page: read_page, article: extract_article}\n");
  const Outcome all = command({"eval", file, "url=" + page});
  CHECK_MESSAGE(all.code == 0, all.err);
  CHECK(all.out.starts_with("{\"article\":{"));
  CHECK_FALSE(contains(all.out, "\"page\""));
  const Outcome broken = command({"eval", folder.write("b.yaml", "inputs: [url]\ngraph: {page: raed_page}\n"), "url=x"});
  CHECK(broken.code == 78);
  CHECK_MESSAGE(contains(broken.err, "did you mean 'read_page'?"), broken.err);
}

TEST_CASE("eval says why a key is not there, and exits 1") {
  const Folder folder;
  const std::string file = folder.write("p.yaml", input_pipeline);
  const Outcome failed = command({"eval", file, "cli_number=-3", "--want", "twice,cli_score"});
  CHECK(failed.code == 1);
  CHECK(failed.out == "{\"twice\":null,\"cli_score\":null}\n");
  CHECK(failed.err == "headrace: 'cli_score' failed (cli_score): unavailable: no score below zero\n");
  const Outcome dropped = command({"eval", file, "cli_number=0", "--want", "twice"});
  CHECK(dropped.code == 1);
  CHECK(dropped.out == "{\"twice\":null}\n");
  CHECK(dropped.err == "headrace: 'cli_score' dropped the record: zero\n");
}

TEST_CASE("eval names what is missing, misspelt or of the wrong type") {
  const Folder folder;
  const std::string file = folder.write("p.yaml", input_pipeline);
  const Outcome missing = command({"eval", file, "--want", "twice"});
  CHECK(missing.code == 2);
  CHECK(missing.err == "headrace: missing input: 'cli_number' (for 'cli_score'); give it as key=value\n");
  const Outcome misspelt = command({"eval", file, "cli_numbr=3", "--want", "twice"});
  CHECK(misspelt.code == 2);
  CHECK_MESSAGE(contains(misspelt.err, "has no key 'cli_numbr', did you mean 'cli_number'?"), misspelt.err);
  const Outcome wrong = command({"eval", file, "cli_number=three", "--want", "twice"});
  CHECK(wrong.code == 2);
  CHECK_MESSAGE(contains(wrong.err, "'cli_number' takes integer"), wrong.err);
  const Outcome unwanted = command({"eval", file, "cli_number=3", "--want", "twicee"});
  CHECK(unwanted.code == 78);
  CHECK_MESSAGE(contains(unwanted.err, "twicee"), unwanted.err);
  const Outcome unneeded = command({"eval", file, "cli_score=3", "cli_number=1", "--want", "twice"});
  CHECK(unneeded.code == 0);
  CHECK(unneeded.out == "{\"twice\":6}\n");
}

TEST_CASE("eval runs neither sources nor sinks, and gives lists of what an expanding key made") {
  const Folder folder;
  collected().clear();
  const std::string counting = folder.write("c.yaml", counting_pipeline);
  CHECK(command({"eval", counting, "cli_number=2", "--want", "twice"}).out == "{\"twice\":8}\n");
  CHECK(collected().empty());
  const std::string split =
      folder.write("s.yaml", "inputs: [cli_number]\ngraph:\n  part: cli_split\n  twice: {node: cli_twice, in: {cli_number: part}}\n");
  const Outcome list = command({"eval", split, "cli_number=3", "--want", "twice"});
  CHECK_MESSAGE(list.out == "{\"twice\":[0,2,4]}\n", (list.out + list.err));
}
