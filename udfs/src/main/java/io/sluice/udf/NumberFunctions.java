package io.sluice.udf;

/** Checked arithmetic on longs: what does not fit is an {@link ArithmeticException}. */
public final class NumberFunctions {
  private NumberFunctions() {}

  /** The first number divided by the second; zero as divisor is an ArithmeticException. */
  public static double divide(double a, double b) {
    if (b == 0) {
      throw new ArithmeticException("division by zero");
    }
    return a / b;
  }

  /** The number without its sign; there is none for the smallest long. */
  public static long abs(long a) {
    return a < 0 ? Math.negateExact(a) : a;
  }
}
