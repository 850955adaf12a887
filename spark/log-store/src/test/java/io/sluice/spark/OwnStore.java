package io.sluice.spark;

import io.delta.storage.S3SingleDriverLogStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Delta's default store for S3 as a process of its own has it: with a lock of its own, which it
 * keeps in a static field.
 */
final class OwnStore {

  /** Loads Delta's classes anew, everything else as the test has it. */
  private static final class Loader extends URLClassLoader {
    Loader(URL delta) {
      super(new URL[] {delta}, OwnStore.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("io.delta.storage.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }

  private final Object store;
  private final Configuration settings;

  OwnStore(Configuration settings) throws ReflectiveOperationException {
    this.settings = settings;
    URL delta = S3SingleDriverLogStore.class.getProtectionDomain().getCodeSource().getLocation();
    store =
        Class.forName(S3SingleDriverLogStore.class.getName(), true, new Loader(delta))
            .getConstructor(Configuration.class)
            .newInstance(settings);
  }

  void write(Path path, String content) throws IOException {
    try {
      store
          .getClass()
          .getMethod("write", Path.class, Iterator.class, Boolean.class, Configuration.class)
          .invoke(store, path, List.of(content).iterator(), false, settings);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
