package io.sluice.sandbox.secrets;

/**
 * The roles of a PostgreSQL server: a superuser that no job knows, and the owner of the database.
 */
public final class PostgresRoles {

  /** The role of jobs and commands, and the name of its database. */
  public static final String USER = "sluice";

  /** The superuser. */
  public static final String OWNER = "postgres";

  /** Who may connect: over TCP on this machine, with a password. */
  public static final String ACCESS =
      """
      # Written by the sandbox.
      host all all 127.0.0.1/32 scram-sha-256
      """;

  private PostgresRoles() {}

  /** Makes the database, one statement a line; for a server of a single user. */
  public static String database() {
    return "CREATE DATABASE " + USER + ";\n";
  }

  /**
   * Gives both roles their passwords and takes from {@value #USER} what a job does not need. In a
   * server of an earlier version {@value #USER} was the superuser, whom nobody can degrade: that
   * one gets the other name. One statement a line, for a server of a single user in any database.
   */
  public static String roles(Secrets secrets) {
    return """
        UPDATE pg_authid SET rolname = '%2$s' WHERE oid = 10;
        DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%1$s') THEN CREATE ROLE %1$s; END IF; END $$;
        ALTER ROLE %1$s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '%3$s';
        ALTER ROLE %2$s LOGIN PASSWORD '%4$s';
        ALTER DATABASE %1$s OWNER TO %1$s;
        REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
        """
        .formatted(USER, OWNER, secrets.postgres(), secrets.postgresOwner());
  }

  /** Hands the tables that the superuser owns in the database to its owner. */
  public static String tables() {
    return """
        DO $$ DECLARE t record; BEGIN FOR t IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relowner = 10 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') LOOP EXECUTE format('ALTER TABLE %%s OWNER TO %1$s', t.name); END LOOP; END $$;
        """
        .formatted(USER);
  }

  /** Tells these passwords from others without showing them. */
  public static String mark(Secrets secrets) {
    return Secrets.digest(secrets.postgres() + " " + secrets.postgresOwner());
  }
}
