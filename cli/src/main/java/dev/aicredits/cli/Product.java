package dev.aicredits.cli;

/** What a checkout session buys. */
enum Product {
    AI_CREDITS("ai-credits", "ai-credits/checkout-session"),
    HOSTING("hosting", "mcp-hosting/billing/checkout-session");

    private final String wireName;
    private final String path;

    Product(String wireName, String path) {
        this.wireName = wireName;
        this.path = path;
    }

    /** The route of its checkout sessions. */
    Route sessions(Session session) {
        return session.ofOrganization(path.split("/", -1));
    }

    /** As the API and the command line call it. */
    @Override
    public String toString() {
        return wireName;
    }
}
