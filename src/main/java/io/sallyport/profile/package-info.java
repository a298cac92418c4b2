/**
 * What did the operator write? Values that are valid if they exist, and the checks across them.
 */
@NullMarked
package io.sallyport.profile;

import org.jspecify.annotations.NullMarked;
