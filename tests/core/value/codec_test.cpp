// What reads must write, and read back equal; tests/fuzz/json_values.cpp says it of every type and any text.
#include "core/value/codec.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>

#include "core/config/tree.hpp"

using namespace headrace;

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

template <class T> T from_yaml(const std::string& text) { return read_value<T>(parse_config(text, "test.yaml").root.view()); }

}  // namespace

TEST_CASE("durations are written in the shortest exact form") {
  const struct {
    std::int64_t ns;
    const char* text;
  } rows[] = {{0, "0s"},
              {1, "1ns"},
              {1500, "1.5us"},
              {250'000'000, "250ms"},
              {1'500'000'000, "1.5s"},
              {90'000'000'000, "90s"},
              {600'000'000'000, "10m"},
              {100'000'000'000'000, "100000s"},
              {3'600'000'000'000, "1h"},
              {1'000'000'001, "1.000000001s"},
              {1'234'567'890'123'456'789, "1234567890.123456789s"},
              {most, "9223372036.854775807s"}};
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(format_duration(Duration(row.ns)) == row.text);
    CHECK(parse_duration(row.text).count() == row.ns);
  }
  CHECK(parse_duration("1e3s") == std::chrono::seconds(1000));
  CHECK(parse_duration("1.5 m") == std::chrono::seconds(90));
  for (const char* bad : {"", "s", "-1s", "1x", "nan", "inf", "9223372036.854775808s", "1e300s", "99999999999999999999", "106752d"})
    CHECK_THROWS_AS(parse_duration(bad), BadValue);
}

TEST_CASE("any duration reads back equal") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    const Duration duration(static_cast<std::int64_t>(random() >> 1 >> random() % 63));
    CHECK(parse_duration(format_duration(duration)) == duration);
  }
}

TEST_CASE("a size is at most what an integer of JSON holds") {
  CHECK(parse_byte_size("1.5KiB") == 1536);
  CHECK(parse_byte_size("9223372036854775807") == static_cast<std::uint64_t>(most));
  CHECK(from_json<ByteSize>(to_json(from_json<ByteSize>("\"8GiB\""))).bytes == std::uint64_t{8} << 30);
  for (const char* bad : {"-1", "1.8e19", "9223372036854775808", "8589934592GiB"}) CHECK_THROWS_AS(parse_byte_size(bad), BadValue);
}

TEST_CASE("a time stays within the years that its text can name") {
  CHECK(format_time(parse_time("9999-12-31T23:59:59.999999Z")) == "9999-12-31T23:59:59.999999Z");
  CHECK(format_time(parse_time("0000-01-01T00:00:00Z")) == "0000-01-01T00:00:00Z");
  CHECK(format_time(parse_time("2026-03-01T00:30:00+01:00")) == "2026-02-28T23:30:00Z");
  for (const char* bad : {"0000-01-01T00:00:00+00:01", "9999-12-31T23:59:60Z", "9999-12-31T23:00:00-01:00", "2026-01-01T00:00:00+24:00",
                          "2026-01-01T00:00:00+01:60"})
    CHECK_THROWS_AS(parse_time(bad), BadValue);
}

TEST_CASE("any JSON is kept") {
  for (const char* text : {"-0.0", "[1,-1,1.5,1e+300]", R"({"a":{"a":[null,true,""]}})", "9223372036854775807"})
    CHECK(from_json<Json>(text).text == text);
  for (const char* text : {"18446744073709551615", "18446744073709551616.0"})  // no int64 holds it: a number
    CHECK(from_json<Json>(text).text == "1.8446744073709552e+19");
  CHECK(from_json<double>(to_json(123456789012345680000.0)) == 123456789012345680000.0);
  CHECK_THROWS_AS(from_json<std::uint64_t>("18446744073709551615"), BadValue);
  CHECK_THROWS_AS(from_json<float>("1e300"), BadValue);
}

TEST_CASE("a number in a configuration is finite, and read as a whole") {
  for (const char* text : {"nan", "inf", "-inf", "+", "+-5", "1e999", "0x10", "1 2"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(from_yaml<double>(text), BadValue);
    CHECK(from_yaml<Json>(text).text == to_json(std::string(text)));
  }
  CHECK(from_yaml<int>("+5") == 5);
  CHECK(from_yaml<Json>("99999999999999999999").text == "1e+20");
}

TEST_CASE("a configuration is UTF-8") {
  const ParsedConfig parsed = parse_config("a: \xC3\xA9\nb: \xE9\n", "test.yaml");
  REQUIRE(parsed.diagnostics.size() == 1);
  CHECK(parsed.diagnostics.front().message == "not YAML: this line is not UTF-8");
  CHECK(parsed.diagnostics.front().at.line == 2);
}
