package dev.aicredits.organization;

import dev.aicredits.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a change of members. */
enum MemberProblem implements Problem {
    MEMBER_NOT_FOUND(HttpStatus.NOT_FOUND, "The organization has no such member."),
    OWNER_REQUIRED(HttpStatus.FORBIDDEN, "Only an owner can make or unmake an owner."),
    LAST_OWNER(HttpStatus.CONFLICT, "An organization keeps one owner at least.");

    private final HttpStatus status;
    private final String message;

    MemberProblem(HttpStatus status, String message) {
        this.status = status;
        this.message = message;
    }

    @Override
    public HttpStatus status() {
        return status;
    }

    @Override
    public String message() {
        return message;
    }
}
