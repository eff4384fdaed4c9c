package dev.aicredits.testkit;

import dev.aicredits.embedded.PostgresServer;
import dev.aicredits.embedded.PostgresSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.commons.io.FileUtils;

/**
 * The cluster that every embedded server of tests begins with: made once for this user and these programs, beside the
 * programs. initdb takes a second of processor time and three by the clock; a copy takes a fifth of that.
 */
final class FirstCluster {
    /** What of a server's folder is the cluster; the rest is of one run, or its programs. */
    private static final List<String> PARTS = List.of("pgdata", "superuser-password");

    private FirstCluster() {}

    /** Puts a cluster that was shut down into {@code folder}, which has none, and its superuser's password beside it. */
    static void copyTo(Path folder) {
        Path programs = PostgresServer.programs(folder);
        Path original = programs.resolveSibling(programs.getFileName() + "-test-cluster");
        try {
            if (!Files.isDirectory(original)) {
                make(original);
            }
            copy(original, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Beside its place first, so that it is complete whenever it is there; another JVM may be quicker. */
    private static void make(Path original) throws IOException {
        Path folder = TestFolders.create("cluster");
        initialize(folder);
        Path unfinished = Files.createTempDirectory(original.getParent(), "cluster-");
        try {
            copy(folder, unfinished);
            Files.move(unfinished, original, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(original)) {
                throw e;
            }
        } finally {
            FileUtils.deleteDirectory(unfinished.toFile());
        }
    }

    private static void initialize(Path folder) {
        try (PostgresServer server =
                        PostgresServer.start(EmbeddedPostgres.withServerSettings(PostgresSettings.in(folder)));
                Connection connection = server.superuserDataSource("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            // It was derived before the settings were in force.
            statement.execute("ALTER ROLE %s PASSWORD '%s'".formatted(server.superuser(), server.superuserPassword()));
        } catch (SQLException e) {
            throw new IllegalStateException("cannot set the superuser's password", e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        for (String part : PARTS) {
            copyTree(from.resolve(part), to.resolve(part));
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                copyAs(directory);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                copyAs(file);
                return FileVisitResult.CONTINUE;
            }

            private void copyAs(Path path) throws IOException {
                Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        });
    }
}
