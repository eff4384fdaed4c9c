package dev.aicredits.control;

/**
 * The platform's word that it obeys a signal.
 *
 * @param version the signal's
 */
public record ControlAck(Target target, long version) {

    /** The topic, keyed by {@link Target#key()}. */
    public static final String TOPIC = "agent.control-acks.v1";

    /** The CloudEvents type. */
    public static final String TYPE = "dev.aicredits.agent.control-acknowledged.v1";
}
