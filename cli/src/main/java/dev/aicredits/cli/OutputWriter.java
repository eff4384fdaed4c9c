package dev.aicredits.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** Standard output, in UTF-8 whatever the locale. Output that can't be written is a {@link Failure}, so none is lost unnoticed. */
final class OutputWriter extends Writer {

    private final Writer out;

    OutputWriter(OutputStream out) {
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    @Override
    public void write(char[] text, int offset, int length) {
        try {
            out.write(text, offset, length);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void write(String text) {
        try {
            out.write(text);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void close() {
        flush();
    }

    private static Failure failure(IOException e) {
        boolean readerLeft = String.valueOf(e.getMessage()).contains("Broken pipe");
        return readerLeft
                ? new Failure(ExitCode.OUTPUT_CLOSED, "")
                : new Failure(ExitCode.UNAVAILABLE, "the output can't be written");
    }
}
