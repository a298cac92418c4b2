/**
 * Which way does one connection go? Accept, handshake, dial, pump, farewell.
 */
@NullMarked
package io.sallyport.relay;

import org.jspecify.annotations.NullMarked;
