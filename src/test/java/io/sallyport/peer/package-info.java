/** The other ends in tests: clients and servers that end a stream in each way there is, and say how theirs was ended. */
@NullMarked
package io.sallyport.peer;

import org.jspecify.annotations.NullMarked;
