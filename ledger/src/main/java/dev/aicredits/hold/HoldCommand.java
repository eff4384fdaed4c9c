package dev.aicredits.hold;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What somebody wants done with a hold. */
sealed interface HoldCommand {

    /** The hold that it is about. */
    UUID holdId();

    /** Make one. */
    record Reserve(HoldRequest request, HoldTarget target) implements HoldCommand {
        @Override
        public UUID holdId() {
            return request.id();
        }
    }

    /**
     * End one, with what it still holds given back.
     *
     * @param as {@link HoldState#CAPTURED} or {@link HoldState#RELEASED}
     * @param call stands for the call; null if the caller cannot be told again
     */
    record End(UUID holdId, HoldState as, @Nullable UUID call) implements HoldCommand {}
}
