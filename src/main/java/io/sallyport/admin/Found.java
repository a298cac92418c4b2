package io.sallyport.admin;

import jakarta.ws.rs.NotFoundException;

/** What a path names, or else 404. */
final class Found {

    private Found() {}

    /** @throws NotFoundException where it isn't there */
    static void require(boolean isThere) {
        if (!isThere) {
            throw new NotFoundException();
        }
    }
}
