package io.sluice.delta.testing;

import io.sluice.delta.storage.TableStorage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A storage that notes what it is asked for, as "method name". */
public final class CountedStorage {

  /** What an object store answers with a request. */
  private static final Set<String> REQUESTS =
      Set.of(
          "exists",
          "isFolder",
          "status",
          "isUnchanged",
          "read",
          "open",
          "seekable",
          "names",
          "files",
          "folders",
          "walk",
          "delete",
          "create",
          "write",
          "sign");

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final TableStorage storage;

  public CountedStorage(TableStorage counted) {
    storage =
        (TableStorage)
            Proxy.newProxyInstance(
                TableStorage.class.getClassLoader(),
                new Class<?>[] {TableStorage.class},
                (proxy, method, arguments) -> call(counted, method, arguments));
  }

  private Object call(TableStorage counted, Method method, Object[] arguments) throws Throwable {
    if (REQUESTS.contains(method.getName())) {
      asked.add(method.getName() + " " + arguments[0]);
    }
    try {
      return method.invoke(counted, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** The storage itself. */
  public TableStorage storage() {
    return storage;
  }

  /** What it was asked for since the last call. */
  public List<String> asked() {
    List<String> all = List.copyOf(asked);
    asked.clear();
    return all;
  }
}
