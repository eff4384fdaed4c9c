package dev.aicredits.localstripe;

import java.util.List;

/**
 * A request of the API.
 *
 * @param id of the object that its path names, empty if it names none
 * @param expand what is to be expanded in the answer
 */
record ApiCall(StripeOperation operation, String path, String id, Params params, List<String> expand) {
    static ApiCall of(StripeOperation operation, String path, Params params) {
        return new ApiCall(operation, path, operation.id(path), params, params.texts("expand"));
    }
}
