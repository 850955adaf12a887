package io.sluice.cli.storage;

import io.sluice.definition.model.LakeRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Objects of a bucket; a folder is what keys have in front of a slash. */
final class BucketFiles implements StoredFiles {

  /** Of one request to remove. */
  private static final int MOST_KEYS = 1_000;

  private static final String LOG = "/_delta_log/";

  /** An address in parts. */
  private record Place(String bucket, String key) {
    static Place of(String address) {
      String place = address.substring(LakeRoot.S3.length());
      int slash = place.indexOf('/');
      return new Place(place.substring(0, slash), place.substring(slash + 1));
    }

    String inside() {
      return key + "/";
    }
  }

  @Override
  public boolean hasFolder(String folder) throws IOException {
    Place place = Place.of(folder);
    return ask(
        folder,
        client ->
            client
                    .listObjectsV2(
                        list -> list.bucket(place.bucket()).prefix(place.inside()).maxKeys(1))
                    .keyCount()
                > 0);
  }

  @Override
  public List<String> folders(String folder) throws IOException {
    Place place = Place.of(folder);
    return ask(
        folder,
        client -> {
          List<String> folders = new ArrayList<>();
          for (CommonPrefix found :
              client
                  .listObjectsV2Paginator(
                      list -> list.bucket(place.bucket()).prefix(place.inside()).delimiter("/"))
                  .commonPrefixes()) {
            String inside = found.prefix().substring(place.inside().length());
            folders.add(folder + "/" + inside.substring(0, inside.length() - 1));
          }
          return folders;
        });
  }

  @Override
  public Optional<Instant> written(String file) throws IOException {
    Place place = Place.of(file);
    return askForObject(
        file,
        client ->
            client.headObject(head -> head.bucket(place.bucket()).key(place.key())).lastModified());
  }

  @Override
  public Optional<byte[]> read(String file) throws IOException {
    Place place = Place.of(file);
    return askForObject(
        file,
        client ->
            client
                .getObjectAsBytes(get -> get.bucket(place.bucket()).key(place.key()))
                .asByteArrayUnsafe());
  }

  @Override
  public Path local(String file, Path copies) throws IOException {
    Place place = Place.of(file);
    Path copy =
        copies.resolve(
            UUID.randomUUID() + "-" + place.key().substring(place.key().lastIndexOf('/') + 1));
    ask(file, client -> client.getObject(get -> get.bucket(place.bucket()).key(place.key()), copy));
    return copy;
  }

  /**
   * The log of a table goes last: as long as anything of the table is there, it is listed, and can
   * be removed again.
   */
  @Override
  public void remove(String folder) throws IOException {
    Place place = Place.of(folder);
    ask(
        folder,
        client -> {
          List<ObjectIdentifier> log = new ArrayList<>();
          List<ObjectIdentifier> some = new ArrayList<>();
          for (S3Object object :
              client
                  .listObjectsV2Paginator(
                      list -> list.bucket(place.bucket()).prefix(place.inside()))
                  .contents()) {
            ObjectIdentifier key = ObjectIdentifier.builder().key(object.key()).build();
            (object.key().startsWith(place.key() + LOG) ? log : some).add(key);
            if (some.size() == MOST_KEYS) {
              remove(client, place.bucket(), some);
            }
          }
          remove(client, place.bucket(), some);
          for (int from = 0; from < log.size(); from += MOST_KEYS) {
            remove(
                client,
                place.bucket(),
                new ArrayList<>(log.subList(from, Math.min(log.size(), from + MOST_KEYS))));
          }
          return null;
        });
  }

  private static void remove(S3Client client, String bucket, List<ObjectIdentifier> keys) {
    if (keys.isEmpty()) {
      return;
    }
    var failed =
        client
            .deleteObjects(gone -> gone.bucket(bucket).delete(these -> these.objects(keys)))
            .errors();
    if (!failed.isEmpty()) {
      throw SdkException.create(
          "%d objects were not removed, %s among them: %s"
              .formatted(failed.size(), failed.get(0).key(), failed.get(0).message()),
          null);
    }
    keys.clear();
  }

  /** Empty if there is no such object. */
  private static <T> Optional<T> askForObject(String address, Function<S3Client, T> question)
      throws IOException {
    return ask(
        address,
        client -> {
          try {
            return Optional.of(question.apply(client));
          } catch (NoSuchKeyException notThere) {
            return Optional.empty();
          }
        });
  }

  private static <T> T ask(String address, Function<S3Client, T> question) throws IOException {
    try {
      return question.apply(ObjectStoreAccess.client());
    } catch (SdkException e) {
      throw new IOException(
          "The object store cannot be asked for %s: %s. See that it runs and that AWS_ENDPOINT_URL_S3, AWS_REGION and the credentials are its own"
              .formatted(address, e.getMessage()),
          e);
    }
  }
}
