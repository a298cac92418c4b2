/**
 * Whom do we trust, and what do we show? PEM, keys, certificates, chain verification, issuing. Returns values, prints nothing.
 */
@NullMarked
package io.sallyport.pki;

import org.jspecify.annotations.NullMarked;
