// A key and the certificate that it has signed itself, for localhost and the names below it: no authority vouches for it, unless
// a test takes the certificate for one.
#pragma once

namespace headrace::testing {

struct TlsIdentity {
  const char* key;
  const char* certificate;
};

inline constexpr TlsIdentity self_signed{
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglIsUv2OoQUXimcRX\n"
    "a4Wc/mdeCL69w2HuBPJOHMttFMOhRANCAATT7VzLY/twW8r0vOeWZ1/byZUjcwjS\n"
    "YGI7jamR+kbbgMSQWu7JZWtEhLWa+l7Xpsfq/PALtusLiScN/pWRsYhz\n"
    "-----END PRIVATE KEY-----\n",
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBqDCCAU6gAwIBAgIUDUSfJQXvkRpIe5a4Z/DKDOMeb9MwCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjA0MTQ1OVoYDzIxMjYxMDI5\n"
    "MDQxNDU5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAATT7VzLY/twW8r0vOeWZ1/byZUjcwjSYGI7jamR+kbbgMSQWu7JZWtE\n"
    "hLWa+l7Xpsfq/PALtusLiScN/pWRsYhzo3wwejAdBgNVHQ4EFgQU83K2UkFTvNz8\n"
    "gX4c5gkIyGw8MLgwHwYDVR0jBBgwFoAU83K2UkFTvNz8gX4c5gkIyGw8MLgwDwYD\n"
    "VR0TAQH/BAUwAwEB/zAnBgNVHREEIDAegglsb2NhbGhvc3SCCyoubG9jYWxob3N0\n"
    "hwR/AAABMAoGCCqGSM49BAMCA0gAMEUCIBmJFoNslb6yBAotjNGfRvcTP0OsAUih\n"
    "R8FuQW93tSfzAiEA7zFwMiutWhfbjcCySPCVBlbCm3YRwjHe+8gW0r5mdPM=\n"
    "-----END CERTIFICATE-----\n"};

}  // namespace headrace::testing
