package dev.aicredits.drill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import javax.sql.DataSource;

/**
 * A copy of a running cluster's files, made as PostgreSQL's manual says for those who have no {@code pg_basebackup}
 * ("Making a Base Backup Using the Low Level API"); whole only with the write-ahead log from its beginning to its end.
 */
final class BaseBackup {

    /** Folders that a server fills by itself: the manual says to leave out what is in them. */
    private static final Set<String> EMPTIED = Set.of(
            "pg_wal",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans");

    private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts");

    private BaseBackup() {}

    /** Copies {@code cluster}, which {@code superuser} is connected to, into {@code copy}, which does not exist. */
    static void take(DataSource superuser, Path cluster, Path copy) {
        try (Connection connection = superuser.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_backup_start('drill', true)");
            copyFiles(cluster, copy);
            try (ResultSet stopped = statement.executeQuery("SELECT labelfile, spcmapfile FROM pg_backup_stop()")) {
                stopped.next();
                Files.writeString(copy.resolve("backup_label"), stopped.getString(1));
                String tablespaces = stopped.getString(2);
                if (tablespaces != null && !tablespaces.isBlank()) {
                    Files.writeString(copy.resolve("tablespace_map"), tablespaces);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the backup failed", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Also puts a backup where a server is to start on it. Files may vanish meanwhile; the log has what became of them. */
    static void copyFiles(Path cluster, Path copy) throws IOException {
        Files.walkFileTree(cluster, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Path target = Files.createDirectories(copy.resolve(cluster.relativize(folder)));
                Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
                if (cluster.equals(folder.getParent())
                        && EMPTIED.contains(folder.getFileName().toString())) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = file.getFileName().toString();
                if (!LEFT_OUT.contains(name) && !name.startsWith("pgsql_tmp")) {
                    try {
                        Files.copy(file, copy.resolve(cluster.relativize(file)));
                    } catch (NoSuchFileException e) {
                        return FileVisitResult.CONTINUE;
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
    }
}
