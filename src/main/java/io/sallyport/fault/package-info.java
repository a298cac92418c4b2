/**
 * How is anything wrong said? What it is, where it was found, and what to do about it.
 */
@NullMarked
package io.sallyport.fault;

import org.jspecify.annotations.NullMarked;
