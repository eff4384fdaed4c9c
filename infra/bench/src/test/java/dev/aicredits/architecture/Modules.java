package dev.aicredits.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The modules of the root pom, by the names that they have there, and what their main sources say is in them. */
final class Modules {

    private static final Path ROOT = Path.of("../..");
    private static final Path PACKAGES = Path.of("src/main/java/dev/aicredits");

    private Modules() {}

    static List<String> all() {
        try {
            NodeList modules = DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(ROOT.resolve("pom.xml").toFile())
                    .getElementsByTagName("module");
            return IntStream.range(0, modules.getLength())
                    .mapToObj(i -> modules.item(i).getTextContent())
                    .toList();
        } catch (IOException | ParserConfigurationException | SAXException e) {
            throw new IllegalStateException("no modules can be read from the root pom", e);
        }
    }

    /** Those at the top whose name is not one of these: infra is the others. */
    static List<String> atTheTopBut(String... names) {
        return all().stream()
                .filter(module -> !module.contains("/"))
                .filter(Predicate.not(List.of(names)::contains))
                .toList();
    }

    /** As patterns of ArchUnit's: a package right under ours belongs to one module. */
    static String[] packagesOf(String... modules) {
        return Stream.of(modules)
                .flatMap(module -> list(ROOT.resolve(module).resolve(PACKAGES), 1))
                .filter(Files::isDirectory)
                .map(folder -> "dev.aicredits." + folder.getFileName() + "..")
                .toArray(String[]::new);
    }

    /** Names of the classes that a module's files are named after. */
    static List<String> classesOf(String module) {
        Path packages = ROOT.resolve(module).resolve(PACKAGES);
        return list(packages, Integer.MAX_VALUE)
                .map(file -> packages.relativize(file).toString())
                .filter(file -> file.endsWith(".java") && !file.endsWith("package-info.java"))
                .map(file -> "dev.aicredits."
                        + file.substring(0, file.length() - ".java".length()).replace('/', '.'))
                .toList();
    }

    private static Stream<Path> list(Path folder, int depth) {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files.filter(file -> !file.equals(folder)).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
