/**
 * What happened? Metrics, the access log and the live connections, all listening to the relay's events.
 */
@NullMarked
package io.sallyport.observe;

import org.jspecify.annotations.NullMarked;
