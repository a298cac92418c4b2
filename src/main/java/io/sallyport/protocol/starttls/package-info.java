/**
 * What do the two ends say to each other before TLS? For each protocol with a STARTTLS of its own the part of a server,
 * which our listener plays, and the part of a client, which we play towards an upstream. State machines over bytes: they
 * know of no socket and of no clock.
 */
@NullMarked
package io.sallyport.protocol.starttls;

import org.jspecify.annotations.NullMarked;
