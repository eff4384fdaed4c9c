package dev.aicredits.messaging;

/** An exception of a worker's own that will pass, as those of a database or a broker that is away do. */
public interface TransientFailure {

    /** What a log may say of it; no payload, key or row. */
    String description();
}
