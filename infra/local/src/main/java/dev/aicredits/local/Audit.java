package dev.aicredits.local;

import dev.aicredits.archive.ArchiveAudit;
import dev.aicredits.embedded.StartupFailure;
import dev.aicredits.ledger.AuditFinding;
import dev.aicredits.ledger.JdbcAudit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code infra/audit}: an operator's proof that balances, sequences, spends and amounts follow from the entries. */
@Command(
        name = "infra/audit",
        description = "Recomputes every balance, sequence, monthly spend and amount of the running system's ledger from"
                + " its entries, those in the archive included, prints each difference, and exits with 1 if there is any. It"
                + " changes nothing and may run at any time; ten million entries take about a minute.")
public final class Audit implements Callable<Integer> {
    @Mixin
    private LedgerOptions ledger = new LedgerOptions();

    @Option(names = "--help", usageHelp = true, description = "Prints this and does nothing else.")
    boolean help;

    private Audit() {}

    public static void main(String[] arguments) {
        System.exit(OneLineErrors.commandLine(new Audit()).execute(arguments));
    }

    @Override
    public Integer call() {
        try {
            List<AuditFinding> findings = new ArrayList<>(new JdbcAudit(ledger.app()).run());
            findings.addAll(new ArchiveAudit(ledger.app(), ledger.archive()).run());
            findings.forEach(finding -> System.out.println(finding.kind() + " " + finding.organizationId() + ", "
                    + finding.subject() + ": expected " + finding.expected() + ", found " + finding.found()));
            System.out.println(
                    findings.isEmpty()
                            ? "The ledger is right: every balance, sequence, spend and amount follows from its entries."
                            : "Differences: " + findings.size());
            return findings.isEmpty() ? 0 : 1;
        } catch (StartupFailure e) {
            System.err.println("infra/audit: " + e.getMessage() + ". Is infra/up running?");
        } catch (DataAccessException | CannotCreateTransactionException e) {
            System.err.println("infra/audit: no answer from the database: "
                    + String.valueOf(e.getMostSpecificCause().getMessage())
                            .lines()
                            .findFirst()
                            .orElse("") + ". Is infra/up running?");
        }
        return 1;
    }
}
