package dev.aicredits.cli;

import java.util.List;

/**
 * Aligned columns: text to the left, counts to the right, money at its point. Rows that come later are aligned with those
 * before, unless they need more room.
 */
final class Table {

    private static final String GAP = "  ";

    private final List<Column> columns;
    /** Of each column, the widths before and from the point; what is not money is all before it. */
    private final int[] before;

    private final int[] after;
    private boolean headed;

    Table(List<Column> columns) {
        this.columns = columns.stream().filter(Column::isInTable).toList();
        this.before = new int[this.columns.size()];
        this.after = new int[this.columns.size()];
    }

    /** The lines of the rows; the first time, the headings too. */
    String lines(List<Json> rows) {
        List<List<String>> cells = rows.stream()
                .map(row -> columns.stream().map(column -> column.cell(row)).toList())
                .toList();
        cells.forEach(this::makeRoom);
        StringBuilder lines = new StringBuilder();
        if (!headed) {
            headed = true;
            appendHeadings(lines);
        }
        cells.forEach(row -> appendRow(lines, row));
        return lines.toString();
    }

    private void makeRoom(List<String> row) {
        for (int i = 0; i < row.size(); i++) {
            int point = point(i, row.get(i));
            before[i] = Math.max(before[i], Printable.columns(row.get(i).substring(0, point)));
            after[i] = Math.max(after[i], Printable.columns(row.get(i).substring(point)));
        }
    }

    private void appendHeadings(StringBuilder lines) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < before.length; i++) {
            String heading = columns.get(i).heading();
            before[i] = Math.max(before[i], heading.length() - after[i]);
            int pad = before[i] + after[i] - heading.length();
            boolean left = columns.get(i).kind() == Column.Kind.TEXT;
            append(line, left ? 0 : pad, heading, left ? pad : 0);
        }
        end(lines, line);
    }

    private void appendRow(StringBuilder lines, List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            String cell = row.get(i);
            int point = point(i, cell);
            int padBefore = before[i] - Printable.columns(cell.substring(0, point));
            int padAfter = after[i] - Printable.columns(cell.substring(point));
            boolean left = columns.get(i).kind() == Column.Kind.TEXT;
            append(line, left ? 0 : padBefore, cell, left ? padBefore + padAfter : padAfter);
        }
        end(lines, line);
    }

    private int point(int column, String cell) {
        int point = columns.get(column).kind().isMoney() ? cell.indexOf('.') : -1;
        return point < 0 ? cell.length() : point;
    }

    private static void append(StringBuilder line, int padBefore, String cell, int padAfter) {
        line.append(" ".repeat(padBefore))
                .append(cell)
                .append(" ".repeat(padAfter))
                .append(GAP);
    }

    private static void end(StringBuilder lines, StringBuilder line) {
        lines.append(line.toString().stripTrailing()).append('\n');
    }
}
