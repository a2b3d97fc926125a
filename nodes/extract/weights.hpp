// What the linear models of extraction share: solving for their weights, and the file that holds them.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <string_view>

namespace headrace {

template <std::size_t N> using SquareMatrix = std::array<std::array<double, N>, N>;

// Solves a x = b for a symmetric positive definite matrix, by Cholesky's method; only the lower triangle of `a` is looked at.
template <std::size_t N> std::array<double, N> solved(SquareMatrix<N> a, std::array<double, N> b) {
  for (std::size_t i = 0; i < N; ++i) {
    for (std::size_t k = 0; k < i; ++k) a[i][i] -= a[i][k] * a[i][k];
    a[i][i] = std::sqrt(std::max(a[i][i], 1e-12));
    for (std::size_t row = i + 1; row < N; ++row) {
      for (std::size_t k = 0; k < i; ++k) a[row][i] -= a[row][k] * a[i][k];
      a[row][i] /= a[i][i];
    }
  }
  for (std::size_t i = 0; i < N; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (std::size_t i = N; i-- > 0;) {
    for (std::size_t k = i + 1; k < N; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

// The weights of one model in a file of several: lines "group.name value".
struct WeightGroup {
  std::string_view group;
  std::span<const std::string_view> names;
  std::span<double> values;  // by name
};

std::string write_weights(std::span<const WeightGroup> groups);
// Lines that begin with '#' are comments. Throws std::runtime_error that says what is wrong with the text: every weight must be there.
void read_weights(std::string_view text, std::span<const WeightGroup> groups);

}  // namespace headrace
