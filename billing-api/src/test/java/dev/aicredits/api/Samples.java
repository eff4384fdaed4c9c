package dev.aicredits.api;

import dev.aicredits.api.ApiDocument.Operation;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A good body for each operation that takes one, with every field that it has; an operation without one fails. */
final class Samples {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Samples() {}

    static ObjectNode of(Operation operation, LivedInOrganization organization) {
        String body =
                switch (operation.id()) {
                    case "Adjustment_ask" -> "{'amountUsd':1,'reason':'sample'}";
                    case "ApiKey_make" ->
                        "{'name':'sample','description':'text','roleKey':'viewer','role':'viewer',"
                                + "'expiresAt':'2030-01-01T00:00:00Z'}";
                    case "ApiKey_rotate" -> "{'overlapHours':1}";
                    case "Budget_change" ->
                        "{'enabled':true,'monthlyBudgetUsd':10,'defaultUserBudgetUsd':1,'anonymousMonthlyBudgetUsd':2,"
                                + "'currency':'USD','enforcementMode':'hard_block'}";
                    case "Budget_setUser" -> "{'monthlyBudgetUsd':5,'currency':'USD'}";
                    case "DeadLetter_replay" ->
                        "{'filter':{},'cursor':'" + ApiSystem.TOPICS.get(1)
                                + "/0/0@1800000000000','dryRun':true,'again':false,'reason':'sample'}";
                    case "Hold_capture" -> "{'amountUsd':0}";
                    case "Hold_reserve" ->
                        "{'agentId':'" + organization.variables.get("agentId")
                                + "','externalUserId':'user','amountUsd':0.01,'expiresInSeconds':60}";
                    case "Member_change" -> "{'roleKey':'viewer','role':'viewer'}";
                    case "OperatorPlan_setOverride" ->
                        "{'hostedServersLimit':12,'until':'2030-01-01T00:00:00Z','reason':'sample'}";
                    case "OperatorPlan_setPlan" -> "{'planKey':'mcp_hosting_team','invoiced':false,'reason':'sample'}";
                    case "Server_change" -> "{'name':'sample','description':'text','status':'active'}";
                    case "Server_create" ->
                        "{'name':'sample','slug':'sample','kind':'sample','description':'text',"
                                + "'runtimeType':'sample'}";
                    default -> throw new IllegalStateException("no sample of a body for " + operation);
                };
        return (ObjectNode) JSON.readTree(body.replace('\'', '"'));
    }
}
