package io.sluice.delta.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3AddressTest {

  @ParameterizedTest
  @CsvSource({
    "s3://lake/orders, lake, orders",
    "s3://lake/orders/, lake, orders",
    "s3://my.lake-1/a/b c/d%20=ü, my.lake-1, a/b c/d%20=ü"
  })
  void tablesHaveABucketAndAKey(String text, String bucket, String key) {
    assertThat(S3Address.isOne(text)).isTrue();
    S3Address address = S3Address.ofTable(text);
    assertThat(address).isEqualTo(new S3Address(bucket, key));
    assertThat(address).hasToString("s3://" + bucket + "/" + key);
    assertThat(address.child("x")).hasToString("s3://" + bucket + "/" + key + "/x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s3a://lake/orders          | has Hadoop's scheme. Write s3:// instead of s3a://",
        "s3n://lake/orders          | has Hadoop's scheme. Write s3:// instead of s3n://",
        "/lake/orders               | does not begin with s3://.",
        "s3://lake                  | names a whole bucket.",
        "s3://lake/                 | names a whole bucket.",
        "s3:///orders               | has no valid bucket.",
        "s3://Lake/orders           | has no valid bucket.",
        "s3://my_lake/orders        | has no valid bucket.",
        "s3://la/orders             | has no valid bucket.",
        "s3://la..ke/orders         | has no valid bucket.",
        "s3://-lake/orders          | has no valid bucket.",
        "s3://127.0.0.1/orders      | has no valid bucket.",
        "s3://lake:9000/orders      | has no valid bucket.",
        "s3://lake/orders?region=x  | has a query or fragment.",
        "s3://lake/orders#x         | has a query or fragment.",
        "s3://lake/orders//         | has an empty folder, '.' or '..' in its key.",
        "s3://lake//orders          | has an empty folder, '.' or '..' in its key.",
        "s3://lake/a/../b           | has an empty folder, '.' or '..' in its key.",
        "s3://lake/./b              | has an empty folder, '.' or '..' in its key."
      })
  void othersAreRefused(String text, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Address.ofTable(text))
        .withMessageStartingWith("The table address '" + text + "' " + reason);
  }

  @Test
  void aPasswordIsNotShown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Address.ofTable("s3://key:pass/w@rd@lake/orders"))
        .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("key", "pass"))
        .withMessageStartingWith("The table address 's3://…@lake/orders' ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Address.ofTable("s3://key:secret@lake/orders"))
        .withMessageStartingWith("The table address 's3://…@lake/orders' names a user.");
  }

  @Test
  void pathsAreNoAddresses() {
    assertThat(S3Address.isOne("/lake/orders")).isFalse();
    assertThat(S3Address.isOne("file:/lake/orders")).isFalse();
    assertThat(S3Address.isOne("s3a://x")).isTrue();
  }
}
