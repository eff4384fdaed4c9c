package dev.aicredits.credits;

import dev.aicredits.csv.CsvText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes entries as CSV, in the memory of one chunk. */
final class LedgerCsv implements Consumer<List<Entry>> {

    static final String HEADER = "id,entryKind,amountUsd,balanceAfterUsd,createdOn,occurredOn,description,agentId,"
            + "externalUserId,usageKind,provider,model,inputTokens,cachedInputTokens,cacheCreationInputTokens,"
            + "outputTokens,quantity,unit,rateCardVersion,sessionId,refundId,disputeId\r\n";

    private static final int COLUMNS_AFTER_DESCRIPTION = 15;

    private final OutputStream out;
    private final StringBuilder csv = new StringBuilder(HEADER);

    LedgerCsv(OutputStream out) {
        this.out = out;
    }

    @Override
    public void accept(List<Entry> entries) {
        entries.forEach(this::append);
        send();
    }

    /** A row in place of what is archived: its balance, as if one entry had brought it. */
    void bringForward(ArchivedPart archived) {
        String balance = archived.balanceAfterUsd().toPlainString();
        csv.append(archived.throughId())
                .append(",balance_brought_forward,")
                .append(balance)
                .append(',')
                .append(balance);
        csv.append(",,,archived through ").append(archived.throughMonth());
        csv.append(",".repeat(COLUMNS_AFTER_DESCRIPTION)).append("\r\n");
        send();
    }

    private void send() {
        try {
            out.write(csv.toString().getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the client went away", e);
        }
        csv.setLength(0);
    }

    private void append(Entry entry) {
        csv.append(entry.id()).append(',').append(entry.entryKind()).append(',');
        csv.append(entry.amountUsd().toPlainString()).append(',');
        csv.append(entry.balanceAfterUsd().toPlainString()).append(',');
        csv.append(entry.createdOn()).append(',').append(entry.occurredOn());
        text(entry.description());
        text(entry.agentId());
        text(entry.externalUserId());
        text(entry.usageKind());
        text(entry.provider());
        text(entry.model());
        number(entry.inputTokens());
        number(entry.cachedInputTokens());
        number(entry.cacheCreationInputTokens());
        number(entry.outputTokens());
        number(entry.quantity());
        text(entry.unit());
        number(entry.rateCardVersion());
        text(entry.sessionId());
        text(entry.refundId());
        text(entry.disputeId());
        csv.append("\r\n");
    }

    private void text(@Nullable String value) {
        csv.append(',');
        CsvText.append(csv, value);
    }

    private void number(@Nullable Integer value) {
        csv.append(',');
        if (value != null) {
            csv.append(value.intValue());
        }
    }
}
