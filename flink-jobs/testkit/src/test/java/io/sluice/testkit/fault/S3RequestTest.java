package io.sluice.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3RequestTest {

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          GET,    /b?list-type=2&prefix=t%2F_delta_log%2F,                          LIST
          PUT,    /b/t/_delta_log/00000000000000000010.json,                        PUT log entry
          PUT,    /b/t/_delta_log/00000000000000000010.checkpoint.parquet,          PUT log checkpoint
          GET,    /b/t/_delta_log/_last_checkpoint,                                 GET _last_checkpoint
          GET,    /b/t/_delta_log/00000000000000000010.crc,                         GET other of the log
          HEAD,   /b/t/day=1/a.parquet,                                             HEAD data file
          PUT,    /b/t/deletion_vector_1.bin,                                       PUT deletion vector
          POST,   /b/t/a.parquet?uploads,                                           BEGIN of data file
          POST,   /b/t/a.parquet?uploads=,                                          BEGIN of data file
          PUT,    /b/t/a.parquet?partNumber=1&uploadId=x,                           PART of data file
          POST,   /b/t/a.parquet?uploadId=x,                                        END of data file
          DELETE, /b/t/a.parquet?uploadId=x,                                        ABORT of data file
          GET,    /b?uploads,                                                       LIST of uploads
          POST,   /b?delete,                                                        DELETE of many
          GET,    /b/checkpoints/x,                                                 GET other
          """)
  void kinds(String method, String path, String kind) {
    assertThat(request(method + " " + path + " HTTP/1.1").kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({"/b/a%20b%2Bc+d/%C3%A9?x=1, a b+c+d/\u00e9", "/b, ''", "/b/, ''"})
  void keysAreDecoded(String path, String key) {
    assertThat(request("GET " + path + " HTTP/1.1").key()).isEqualTo(key);
  }

  private static S3Request request(String line) {
    return S3Request.of(new HttpMessage(List.of(line), new byte[0]));
  }
}
