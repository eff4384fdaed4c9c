package dev.aicredits.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Runs what commands need once, against an answer of its own. bin/mcpstack does so once for a jar, to let the JVM archive the
 * classes that were loaded; the starts after that map the archive.
 */
final class Rehearsal {

    private static final String ANSWER =
            "{\"data\":[{\"id\":\"1\",\"amountUsd\":0.5,\"stopped\":false}],\"nextCursor\":null}";

    private static final List<String> COMMANDS = List.of(
            "--help",
            "billing credits ledger",
            "billing credits ledger --json",
            "billing credits ledger --output yaml",
            "billing credits ledger --output csv",
            "billing credits ledger --all",
            "billing status",
            "agents usage rehearsal",
            "agents budget set rehearsal rehearsal --monthly 1",
            "agents list",
            "no-such-command");

    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            Thread answers = new Thread(() -> answerAll(server));
            answers.setDaemon(true);
            answers.start();
            Map<String, String> environment = Map.of(
                    Settings.URL, "http://127.0.0.1:" + server.getLocalPort(),
                    Settings.KEY, "rehearsal",
                    Settings.ORGANIZATION, "rehearsal");
            for (String command : COMMANDS) {
                OutputStream nowhere = OutputStream.nullOutputStream();
                Mcpstack.run(command.split(" ", -1), environment, nowhere, nowhere, false, Limits.USUAL);
            }
        }
        System.exit(0);
    }

    private static void answerAll(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                BufferedReader request =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
                String line = request.readLine();
                while (line != null && !line.isEmpty()) {
                    line = request.readLine();
                }
                String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + ANSWER.length() + "\r\n\r\n";
                client.getOutputStream().write((head + ANSWER).getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // The rehearsal is over, or this one of its calls is: nothing depends on it.
            }
        }
    }
}
