package dev.aicredits.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.wire.DeadLetterReason;
import dev.aicredits.wire.DecodedUsage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PollBytesTest {

    private static final DecodedUsage READ = new DecodedUsage.Refused(DeadLetterReason.MALFORMED, "any");

    private final PollBytes values = new PollBytes();
    private final Random random = new Random(7);

    @Test
    void keepsEveryValueOfAPollAsItCame() {
        for (int poll = 0; poll < 3; poll++) {
            values.renew();
            List<byte[]> came = new ArrayList<>();
            List<ReadUsage> kept = new ArrayList<>();
            int bytes = 0;
            while (bytes < 3 * PollBytes.BLOCK_BYTES) {
                byte[] value = new byte[random.nextInt(300_000)];
                random.nextBytes(value);
                came.add(value);
                kept.add(values.keep(ByteBuffer.wrap(value), READ));
                bytes += value.length;
            }
            for (int i = 0; i < came.size(); i++) {
                assertThat(kept.get(i).toBytes()).isEqualTo(came.get(i));
            }
        }
    }

    @Test
    void takesWhatIsBetweenPositionAndLimitAndMovesNeither() {
        ByteBuffer record = ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9});
        record.position(1).limit(4);

        ReadUsage kept = values.keep(record, READ);
        ReadUsage direct = values.keep(
                ByteBuffer.allocateDirect(3).put(new byte[] {4, 5, 6}).flip(), READ);

        assertThat(kept.toBytes()).containsExactly(1, 2, 3);
        assertThat(direct.toBytes()).containsExactly(4, 5, 6);
        assertThat(direct.bytes().remaining()).isEqualTo(3);
        assertThat(record.position()).isEqualTo(1);
        assertThat(record.limit()).isEqualTo(4);
    }

    @Test
    void aValueOfAnySizeFits() {
        for (int length :
                new int[] {0, 1, PollBytes.BLOCK_BYTES - 1, PollBytes.BLOCK_BYTES, PollBytes.BLOCK_BYTES + 1}) {
            byte[] value = new byte[length];
            random.nextBytes(value);
            assertThat(values.keep(ByteBuffer.wrap(value), READ).toBytes()).isEqualTo(value);
        }
    }

    @Test
    void aPollMayBeLargerThanWhatStaysBetweenPolls() {
        for (int poll = 0; poll < 2; poll++) {
            values.renew();
            List<ReadUsage> kept = new ArrayList<>();
            for (int i = 0; i < PollBytes.BLOCKS_KEPT + 4; i++) {
                byte[] value = new byte[PollBytes.BLOCK_BYTES];
                value[0] = (byte) i;
                kept.add(values.keep(ByteBuffer.wrap(value), READ));
            }
            for (int i = 0; i < kept.size(); i++) {
                assertThat(kept.get(i).bytes().get(kept.get(i).bytes().position()))
                        .isEqualTo((byte) i);
            }
        }
    }
}
