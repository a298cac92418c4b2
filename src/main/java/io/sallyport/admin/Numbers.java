package io.sallyport.admin;

import jakarta.ws.rs.BadRequestException;

/** Numbers in a query. */
final class Numbers {

    private Numbers() {}

    /** @throws BadRequestException names the parameter and what it may be */
    static long within(String name, String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one sentence that fits both.
        }
        throw new BadRequestException(name + " must be a number from " + least + " to " + most);
    }
}
